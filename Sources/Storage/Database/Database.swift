// The door to the database: the pool, with its errors in the words of this house.
package import Postgres

/// What every aggregate of Storage and Reporting asks. Passed on by value; the pool behind it is one.
///
/// It goes in as whoever signed in to PostgreSQL, who may see all, or through an `Entry`, and then sees one user's rows alone.
package struct Database: Sendable {
    package let pool: Pool
    private let entry: Entry?

    package init(_ pool: Pool) {
        (self.pool, entry) = (pool, nil)
    }

    private init(_ pool: Pool, _ entry: Entry) {
        (self.pool, self.entry) = (pool, entry)
    }

    /// The same for one user's rows. Every statement throws `.shutOut` from when the credential does not open them any more.
    package func entered(by entry: Entry) -> Database { Database(pool, entry) }

    /// A statement that writes, or that takes long: it has a connection to itself.
    package func query(_ sql: SQL, within limit: Duration? = nil) async throws(StorageError) -> Rows {
        try await translated { () throws(PostgresError) in
            guard let entry else { return try await pool.query(sql, within: limit) }
            return try await pool.transaction([sql], under: entry.settings(), within: limit)[0]
        }
    }

    /// A short statement that only reads: it may go out together with others, and be repeated.
    package func read(_ sql: SQL, within limit: Duration? = nil) async throws(StorageError) -> Rows {
        try await translated { () throws(PostgresError) in
            guard let entry else { return try await pool.read(sql, within: limit) }
            return try await pool.transaction([sql], under: entry.settings(isReadOnly: true), within: limit)[0]
        }
    }

    /// Statements that only read, in one round trip and of one moment: what is written meanwhile is in none of their answers.
    /// - Returns: the answer of each.
    package func snapshot(_ statements: [SQL], within limit: Duration? = nil) async throws(StorageError) -> [Rows] {
        try await translated { () throws(PostgresError) in
            let serverLimit = limit ?? pool.configuration.queryLimit
            var settings = entry?.settings() ?? TransactionSettings()
            (settings.isReadOnly, settings.isSnapshot, settings.statementLimit) = (true, true, serverLimit + .seconds(1))
            return try await pool.transaction(statements, under: settings, within: limit)
        }
    }

    /// Asks for nothing but an answer.
    package func ping(within limit: Duration) async throws(StorageError) {
        _ = try await read("select 1", within: limit)
    }

    /// Whether a ping comes back.
    package func answers(within limit: Duration) async -> Bool {
        do throws(StorageError) {
            try await ping(within: limit)
            return true
        } catch {
            return false
        }
    }

    /// All of the body or nothing. Errors that are not the database's come out as they are.
    package func transaction<R>(within limit: Duration? = nil, _ body: (Transaction) async throws -> R) async throws -> R {
        do {
            return try await pool.transaction(within: limit) { transaction in
                if let entry { try await entry.begin(transaction) }
                return try await body(transaction)
            }
        } catch let error as PostgresError {
            throw StorageError(error)
        }
    }
}

/// Errors of the client in the words of this house.
package func translated<R>(_ body: () async throws(PostgresError) -> R) async throws(StorageError) -> R {
    do {
        return try await body()
    } catch {
        throw StorageError(error)
    }
}

/// Reads a row; what does not have the expected shape is a defect of ours.
package func decode<R>(_ body: () throws(PostgresError) -> R) throws(StorageError) -> R {
    do {
        return try body()
    } catch {
        throw StorageError(error)
    }
}
