// Invitations: a code that the operator hands over, and that makes whoever is signed in a member, once.
package import Domain
import Postgres

package struct Invitations: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// - Parameters:
    ///   - hash: the SHA-256 of its code.
    ///   - days: how long it can be used.
    package func add(_ hash: [UInt8], to user: UserID, as role: MemberRole, days: Int) async throws(StorageError) {
        _ = try await database.query(
            """
            insert into livinglytics.invitations (user_id, code_hash, role, expires_at)
            values (\(user), decode(\(hash.hexadecimal), 'hex'), \(role.rawValue), now() + \(days)::int * interval '1 day')
            """
        )
    }

    /// Those of a user that can be used now, the newest first.
    package func open(of user: UserID) async throws(StorageError) -> [(role: MemberRole, createdAt: String, expiresAt: String)] {
        let rows = try await database.read(
            """
            select role, \(stamp: "created_at"), \(stamp: "expires_at") from livinglytics.invitations
            where user_id = \(user) and expires_at > clock_timestamp() order by created_at desc
            """
        )
        return try decode { () throws(PostgresError) in
            try rows.map { row throws(PostgresError) in (try row.get(0), try row.get(1), try row.get(2)) }
        }
    }

    /// Makes all of a user's useless.
    /// - Returns: how many there were.
    package func withdraw(of user: UserID) async throws(StorageError) -> Int {
        try await database.query("delete from livinglytics.invitations where user_id = \(user)").affected
    }

    /// Uses an invitation up. Who is an owner already stays one.
    /// - Returns: nil when there is none, or none any more.
    package func accept(_ hash: [UInt8], by subject: SubjectID) async throws -> Membership? {
        try await database.transaction { transaction in
            let used = try await transaction.query(
                """
                delete from livinglytics.invitations where code_hash = decode(\(hash.hexadecimal), 'hex') and expires_at > clock_timestamp()
                returning user_id, role
                """
            )
            guard let row = used.first else { return nil }
            let (user, role): (UserID, MemberRole) = (try row.get(0), try row.get(1))
            let joined = try await transaction.query(
                """
                insert into livinglytics.members as m (auth_subject, user_id, role) values (\(subject), \(user), \(role.rawValue))
                on conflict (auth_subject, user_id) do update set role = case when m.role = 'owner' then m.role else excluded.role end
                returning user_id, (select email from public.users where id = user_id), role
                """
            )[0]
            try await Members.leaveEmptyWorkspace(subject, for: user, in: transaction)
            return Membership(user: try User(row: joined), role: try joined.get(2))
        }
    }
}
