// Sessions: browsers that are signed in. The cookie itself is nowhere but there.
package import Domain
import Postgres

package struct Session: Sendable, Hashable {
    package enum Holder: Sendable, Hashable {
        /// A person of Supabase Auth.
        case person(SubjectID, email: String?, Kept)
        case key(UserID, KeyID)
        /// A user himself: whoever runs everything on his own machine.
        case user(UserID)
    }

    /// What keeps a person signed in at Supabase Auth.
    package struct Kept: Sendable, Hashable {
        /// Sealed with the cookie: the database can't open it.
        package let sealed: [UInt8]
        /// Until when nobody needs to ask Supabase Auth whether the person is still one. Seconds since 1970.
        package let freshUntil: Int

        package init(sealed: [UInt8], freshUntil: Int) {
            (self.sealed, self.freshUntil) = (sealed, freshUntil)
        }
    }

    package let holder: Holder
    /// Seconds since 1970.
    package let expiresAt: Int
}

package struct Sessions: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// - Parameters:
    ///   - hash: the SHA-256 of its cookie.
    ///   - seconds: how long it lasts.
    package func add(_ hash: [UInt8], _ holder: Session.Holder, lasting seconds: Int) async throws {
        var values: (subject: SubjectID?, email: String?, kept: Session.Kept?, user: UserID?, key: KeyID?)
        switch holder {
        case .person(let subject, let email, let kept): (values.subject, values.email, values.kept) = (subject, email, kept)
        case .key(let user, let key): (values.user, values.key) = (user, key)
        case .user(let user): values.user = user
        }
        try await database.transaction { transaction in
            // Whoever comes sweeps the floor.
            try await transaction.query("delete from livinglytics.sessions where expires_at < now()")
            try await transaction.query(
                """
                insert into livinglytics.sessions (token_hash, auth_subject, email, user_id, key_id, sealed, fresh_until, expires_at)
                values (decode(\(hash.hexadecimal), 'hex'), \(values.subject), \(values.email), \(values.user), \(values.key),
                        decode(\(values.kept?.sealed.hexadecimal), 'hex'), to_timestamp(\(values.kept?.freshUntil)::bigint),
                        now() + \(seconds)::int * interval '1 second')
                """
            )
        }
    }

    /// Nil when there is none, or none any more.
    package func find(_ hash: [UInt8]) async throws(StorageError) -> Session? {
        let rows = try await database.read(
            """
            select \(Self.columns) from livinglytics.sessions
            where token_hash = decode(\(hash.hexadecimal), 'hex') and expires_at > clock_timestamp()
            """
        )
        return try decode { () throws(PostgresError) in try rows.first.map(Session.init(row:)) }
    }

    /// Keeps what Supabase Auth gave in exchange for what was kept before.
    /// - Returns: whether that was still what stood there: another server may have been quicker.
    package func renew(_ hash: [UInt8], from old: Session.Kept, to new: Session.Kept) async throws(StorageError) -> Bool {
        try await database.query(
            """
            update livinglytics.sessions
            set sealed = decode(\(new.sealed.hexadecimal), 'hex'), fresh_until = to_timestamp(\(new.freshUntil)::bigint)
            where token_hash = decode(\(hash.hexadecimal), 'hex') and sealed = decode(\(old.sealed.hexadecimal), 'hex')
            """
        ).affected == 1
    }

    /// - Returns: what it was; nil when there was none.
    @discardableResult
    package func end(_ hash: [UInt8]) async throws(StorageError) -> Session? {
        let rows = try await database.query(
            "delete from livinglytics.sessions where token_hash = decode(\(hash.hexadecimal), 'hex') returning \(Self.columns)"
        )
        return try decode { () throws(PostgresError) in try rows.first.map(Session.init(row:)) }
    }

    private static let columns: SQL = """
        auth_subject, email, user_id, key_id, encode(sealed, 'hex'), extract(epoch from fresh_until)::bigint,
        extract(epoch from expires_at)::bigint
        """
}

extension Session {
    fileprivate init(row: Row) throws(PostgresError) {
        expiresAt = try row.get(6)
        if let user: UserID = try row.get(2) {
            holder = try (row.get(3) as KeyID?).map { .key(user, $0) } ?? .user(user)
        } else {
            let sealed: String = try row.get(4)
            guard let bytes = [UInt8](hexadecimal: sealed) else { throw .decoding(column: 4, expected: "hexadecimal digits") }
            holder = .person(try row.get(0), email: try row.get(1), Kept(sealed: bytes, freshUntil: try row.get(5)))
        }
    }
}
