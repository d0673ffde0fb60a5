// Transactions: all of the body or nothing.

/// A connection inside a transaction. Valid until the body that got it returns.
package struct Transaction: Sendable {
    fileprivate let connection: Connection
    /// The limit of a statement that names none.
    let limit: Duration

    @discardableResult
    package func query(_ sql: SQL, within limit: Duration? = nil) async throws(PostgresError) -> Rows {
        try await connection.query(sql, within: limit ?? self.limit)
    }

    /// Several statements in one text, by the simple protocol.
    @discardableResult
    package func runScript(_ text: String, within limit: Duration? = nil) async throws(PostgresError) -> Rows {
        try await connection.runScript(text, within: limit ?? self.limit)
    }

    /// Rows into a table; see `Connection.copyIn`.
    @discardableResult
    package func copyIn(_ statement: SQL, nextRow: () throws -> [String?]?) async throws -> Int {
        try await connection.copyIn(statement, within: limit, nextRow: nextRow)
    }

    /// A setting for this transaction alone: `SET` would outlive it in the pooler's session.
    package func set(_ setting: String, to value: String) async throws(PostgresError) {
        try await query("select set_config(\(setting), \(value), true)")
    }
}

extension Connection {
    /// Runs the body between BEGIN and COMMIT, where the caller runs. When either throws, ROLLBACK, and its error comes out.
    /// - Throws: the body's error, or a `PostgresError`. `.connectionLost` or `.deadlineExceeded` of the COMMIT itself leave its
    ///   outcome unknown.
    nonisolated package func transaction<R>(within limit: Duration, _ body: (Transaction) async throws -> R) async throws -> R {
        _ = try await query("begin", within: limit)
        do {
            let result = try await body(Transaction(connection: self, limit: limit))
            // COMMIT of a failed transaction answers ROLLBACK without an error: the body swallowed one.
            guard try await query("commit", within: limit).commandWas("COMMIT") else {
                throw PostgresError.misuse("a statement of the transaction failed and its error was ignored")
            }
            return result
        } catch {
            await rollBack(within: limit)
            throw error
        }
    }

    /// A connection that cannot even roll back is closed; the server then rolls back by itself. After a COMMIT that failed there is
    /// nothing to do, unless it was never sent.
    nonisolated private func rollBack(within limit: Duration) async {
        if await isSound { return }
        do {
            _ = try await query("rollback", within: limit)
        } catch {
            await close()
        }
    }
}
