// Who belongs where: which users' numbers a person of Supabase Auth may see, and as what.
package import Domain
import Postgres

package enum MemberRole: String, Sendable, Hashable, CaseIterable {
    case owner, viewer

    package var rights: Set<Right> {
        switch self {
        case .owner: [.read, .write, .keys]
        case .viewer: [.read]
        }
    }
}

extension MemberRole: PostgresReadable {
    package init?(postgresText: String) { self.init(rawValue: postgresText) }
}

/// A user and what somebody may do with his numbers.
package struct Membership: Sendable, Hashable {
    package let user: User
    package let role: MemberRole

    package init(user: User, role: MemberRole) {
        (self.user, self.role) = (user, role)
    }
}

package struct Members: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Where a person belongs, in the order of the users' e-mails. One who belongs nowhere gets a workspace of his own: an e-mail address links
    /// to nothing, for Supabase may have confirmed it without asking.
    package func settled(_ subject: SubjectID) async throws(StorageError) -> [Membership] {
        let found = try await memberships(of: subject)
        if !found.isEmpty { return found }
        // With its first member at once, and never again: whoever was taken out of it stays out.
        _ = try await database.query(
            """
            with made as (
              insert into public.users (email)
              select \(Self.workspace(of: subject)) where not exists (select from livinglytics.members where auth_subject = \(subject))
              on conflict (email) do nothing returning id
            )
            insert into livinglytics.members (auth_subject, user_id, role) select \(subject)::uuid, id, 'owner' from made
            """
        )
        return try await memberships(of: subject)
    }

    package func memberships(of subject: SubjectID) async throws(StorageError) -> [Membership] {
        let rows = try await database.read(
            """
            select u.id, u.email, m.role from livinglytics.members m join public.users u on u.id = m.user_id
            where m.auth_subject = \(subject) order by u.email
            """
        )
        return try decode { () throws(PostgresError) in
            try rows.map { row throws(PostgresError) in Membership(user: try User(row: row), role: try row.get(2)) }
        }
    }

    /// Makes somebody a member, or changes his role. A viewer has no keys: those that he made are revoked. A workspace of his own that nothing was put into goes: he would have to choose between the two.
    /// - Returns: how many keys were revoked.
    @discardableResult
    package func link(_ subject: SubjectID, to user: UserID, as role: MemberRole) async throws -> Int {
        try await database.transaction { transaction in
            try await transaction.query(
                """
                insert into livinglytics.members (auth_subject, user_id, role) values (\(subject), \(user), \(role.rawValue))
                on conflict (auth_subject, user_id) do update set role = excluded.role
                """
            )
            try await Self.leaveEmptyWorkspace(subject, for: user, in: transaction)
            return role.rights.contains(.keys) ? 0 : try await Self.revokeKeys(madeBy: subject, of: user, in: transaction)
        }
    }

    /// Takes somebody out, and revokes the keys that he made: they would let him in again.
    /// - Returns: how many keys were revoked; nil when he was no member.
    package func unlink(_ subject: SubjectID, from user: UserID) async throws -> Int? {
        try await database.transaction { transaction in
            let was = try await transaction.query(
                "delete from livinglytics.members where auth_subject = \(subject) and user_id = \(user)"
            ).affected
            let revoked = try await Self.revokeKeys(madeBy: subject, of: user, in: transaction)
            return was == 1 ? revoked : nil
        }
    }

    private static func revokeKeys(
        madeBy subject: SubjectID,
        of user: UserID,
        in transaction: Transaction
    ) async throws(PostgresError) -> Int {
        try await transaction.query(
            """
            update livinglytics.api_keys set revoked_at = clock_timestamp()
            where user_id = \(user) and made_by = \(subject) and revoked_at is null
            """
        ).affected
    }

    /// Who may see a user's numbers.
    package func list(of user: UserID) async throws(StorageError) -> [(subject: SubjectID, role: MemberRole)] {
        let rows = try await database.read(
            "select auth_subject, role from livinglytics.members where user_id = \(user) order by created_at, auth_subject"
        )
        return try decode { () throws(PostgresError) in
            try rows.map { row throws(PostgresError) in (try row.get(0), try row.get(1)) }
        }
    }

    /// What stands in `users.email` for a workspace that nobody was invited to. Nobody can have an address there (RFC 2606), so none that an operator
    /// uses is taken by whoever signs up with it first.
    private static func workspace(of subject: SubjectID) -> String { "\(subject)@workspace.invalid" }

    static func leaveEmptyWorkspace(
        _ subject: SubjectID,
        for user: UserID,
        in transaction: Transaction
    ) async throws(PostgresError) {
        // Locked in a statement of its own: what is put into it from here on waits, and finds it gone.
        try await transaction.query("select from public.users where email = \(workspace(of: subject)) for update")
        try await transaction.query(
            """
            delete from public.users u where u.email = \(workspace(of: subject)) and u.id <> \(user)
              and not exists (select from public.metrics where user_id = u.id) and not exists (select from public.data_sources where user_id = u.id)
              and not exists (select from livinglytics.imports where user_id = u.id)
              and not exists (select from livinglytics.api_keys where user_id = u.id)
              and not exists (select from livinglytics.members where user_id = u.id and auth_subject <> \(subject))
            """
        )
    }
}
