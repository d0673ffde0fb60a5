// The door to the database: the pool, with its errors in the words of this house.
package import Postgres

/// What every aggregate of Storage and Reporting asks. Passed on by value; the pool behind it is one.
package struct Database: Sendable {
    package let pool: Pool

    package init(_ pool: Pool) {
        self.pool = pool
    }

    /// A statement that writes, or that takes long: it has a connection to itself.
    package func query(_ sql: SQL, within limit: Duration? = nil) async throws(StorageError) -> Rows {
        try await translated { () throws(PostgresError) in try await pool.query(sql, within: limit) }
    }

    /// A short statement that only reads: it may go out together with others, and be repeated.
    package func read(_ sql: SQL, within limit: Duration? = nil) async throws(StorageError) -> Rows {
        try await translated { () throws(PostgresError) in try await pool.read(sql, within: limit) }
    }

    /// Statements that only read, in one round trip and of one moment: what is written meanwhile is in none of their answers.
    /// - Returns: the answer of each.
    package func snapshot(_ statements: [SQL], within limit: Duration? = nil) async throws(StorageError) -> [Rows] {
        try await translated { () throws(PostgresError) in
            let serverLimit = limit ?? pool.configuration.queryLimit
            let settings = TransactionSettings(isReadOnly: true, isSnapshot: true, statementLimit: serverLimit + .seconds(1))
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
            return try await pool.transaction(within: limit, body)
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
