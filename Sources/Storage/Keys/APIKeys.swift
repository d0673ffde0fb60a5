// API keys: made, listed, revoked and found by their hash. The keys themselves are nowhere.
package import Domain
import Postgres

/// A key as it may be shown.
package struct APIKeyRow: Sendable, Equatable {
    package let id: KeyID
    package let name: String
    /// The last characters of the key.
    package let hint: String
    package let canRead: Bool
    package let canWrite: Bool
    /// RFC 3339, like the others.
    package let createdAt: String
    package let expiresAt: String?
    package let lastUsedAt: String?
    package let revokedAt: String?
}

/// A key that is to be made.
package struct NewAPIKey: Sendable {
    package static let longestName = 100

    let name: String
    let canRead: Bool
    let canWrite: Bool
    let expiresAt: Moment?

    /// Nil for a name that is empty, too long or no text, and for a key that may do nothing.
    package init?(name: String, canRead: Bool, canWrite: Bool, expiresAt: Moment?) {
        guard (1...Self.longestName).contains(name.unicodeScalars.count), name.unicodeScalars.allSatisfy({ !$0.isControl }),
            canRead || canWrite
        else {
            return nil
        }
        (self.name, self.canRead, self.canWrite, self.expiresAt) = (name, canRead, canWrite, expiresAt)
    }
}

/// Whose a key is that was shown.
package struct KeyHolder: Sendable, Hashable {
    package let id: KeyID
    /// The SHA-256 of the key.
    package let hash: [UInt8]
    package let user: User
    package let rights: Set<Right>
    /// Seconds since 1970.
    package let expiresAt: Int?
}

package struct APIKeys: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// - Parameters:
    ///   - hash: the SHA-256 of the key.
    ///   - hint: its last characters.
    ///   - maker: the person who makes it, nil for the operator. It is revoked when he may make none any more.
    package func add(
        _ key: NewAPIKey,
        _ hash: [UInt8],
        hint: String,
        for user: UserID,
        by maker: SubjectID? = nil
    ) async throws(StorageError) -> APIKeyRow {
        let rows = try await database.query(
            """
            insert into livinglytics.api_keys (user_id, name, key_hash, hint, can_read, can_write, made_by, expires_at)
            values (\(user), \(key.name), decode(\(hash.hexadecimal), 'hex'), \(hint), \(key.canRead), \(key.canWrite), \(maker),
                    \(key.expiresAt?.text)::timestamptz)
            returning \(Self.columns)
            """
        )
        return try decode { () throws(PostgresError) in try APIKeyRow(row: rows[0]) }
    }

    /// All of a user's, the newest first, those that were revoked included.
    package func list(of user: UserID) async throws(StorageError) -> [APIKeyRow] {
        let rows = try await database.query(
            "select \(Self.columns) from livinglytics.api_keys where user_id = \(user) order by created_at desc, id"
        )
        return try decode { () throws(PostgresError) in try rows.map(APIKeyRow.init(row:)) }
    }

    /// From now on it opens nothing. One that was revoked before keeps its date.
    /// - Returns: nil when the user has no such key.
    package func revoke(_ id: KeyID, of user: UserID) async throws(StorageError) -> APIKeyRow? {
        let rows = try await database.query(
            """
            update livinglytics.api_keys set revoked_at = coalesce(revoked_at, clock_timestamp()) where user_id = \(user) and id = \(id)
            returning \(Self.columns)
            """
        )
        return try decode { () throws(PostgresError) in try rows.first.map(APIKeyRow.init(row:)) }
    }

    /// Whose key has this hash; nil for none that is valid now.
    package func holder(of hash: [UInt8]) async throws(StorageError) -> KeyHolder? {
        try await holder(where: "k.key_hash = decode(\(hash.hexadecimal), 'hex')")
    }

    package func holder(of id: KeyID, _ user: UserID) async throws(StorageError) -> KeyHolder? {
        try await holder(where: "k.user_id = \(user) and k.id = \(id)")
    }

    private func holder(where condition: SQL) async throws(StorageError) -> KeyHolder? {
        let rows = try await database.read(
            """
            select u.id, u.email, k.can_read, k.can_write, extract(epoch from k.expires_at)::bigint, k.id, encode(k.key_hash, 'hex')
            from livinglytics.api_keys k join public.users u on u.id = k.user_id
            where \(condition) and k.revoked_at is null and (k.expires_at is null or k.expires_at > clock_timestamp())
            """
        )
        return try decode { () throws(PostgresError) in
            guard let row = rows.first else { return nil }
            let rights: [(Bool, Right)] = [(try row.get(2), .read), (try row.get(3), .write)]
            guard let hash = [UInt8](hexadecimal: try row.get(6)) else { throw .decoding(column: 6, expected: "hexadecimal digits") }
            return KeyHolder(
                id: try row.get(5),
                hash: hash,
                user: try User(row: row),
                rights: Set(rights.filter(\.0).map(\.1)),
                expiresAt: try row.get(4)
            )
        }
    }

    /// Notes that keys were used.
    /// - Parameter uses: seconds since 1970 by the key's hash.
    package func note(_ uses: [[UInt8]: Int]) async throws(StorageError) {
        if uses.isEmpty { return }
        // In one order: two servers that note the same keys do not wait for each other crosswise.
        let uses = uses.map { ($0.key.hexadecimal, $0.value) }.sorted { $0.0 < $1.0 }
        _ = try await database.query(
            """
            with used as (
              select k.user_id, k.id, to_timestamp(u.at) as at
              from unnest(\(uses.map(\.0))::text[], \(uses.map(\.1))::bigint[]) as u (hash, at)
              join livinglytics.api_keys k on k.key_hash = decode(u.hash, 'hex') order by k.user_id, k.id for update of k
            )
            update livinglytics.api_keys k set last_used_at = u.at from used u
            where k.user_id = u.user_id and k.id = u.id and (k.last_used_at is null or k.last_used_at < u.at)
            """
        )
    }

    private static let columns: SQL = """
        id, name, hint, can_read, can_write, \(stamp: "created_at"), \(stamp: "expires_at"), \(stamp: "last_used_at"), \(stamp: "revoked_at")
        """
}

extension APIKeyRow {
    fileprivate init(row: Row) throws(PostgresError) {
        self.init(
            id: try row.get(0),
            name: try row.get(1),
            hint: try row.get(2),
            canRead: try row.get(3),
            canWrite: try row.get(4),
            createdAt: try row.get(5),
            expiresAt: try row.get(6),
            lastUsedAt: try row.get(7),
            revokedAt: try row.get(8)
        )
    }
}
