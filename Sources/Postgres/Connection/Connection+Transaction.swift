// Transactions: all of the body or nothing.
import CLibPQ

/// A connection inside a transaction. Valid until the body that got it returns.
package struct Transaction: Sendable {
    fileprivate let connection: Connection
    /// `Connection.settlements` when it began.
    fileprivate let settlements: Int
    /// The limit of a statement that names none.
    let limit: Duration

    @discardableResult
    package func query(_ sql: SQL, within limit: Duration? = nil) async throws(PostgresError) -> Rows {
        try await connection.requireOpen(settlements)
        return try await connection.query(sql, within: limit ?? self.limit)
    }

    /// Several statements in one text, by the simple protocol.
    @discardableResult
    package func runScript(_ text: String, within limit: Duration? = nil) async throws(PostgresError) -> Rows {
        try await connection.requireOpen(settlements)
        return try await connection.runScript(text, within: limit ?? self.limit)
    }

    /// Rows into a table; see `Connection.copyIn`.
    @discardableResult
    package func copyIn(_ statement: SQL, nextRow: () async throws -> [String?]?) async throws -> Int {
        try await connection.requireOpen(settlements)
        return try await connection.copyIn(statement, within: limit, nextRow: nextRow)
    }

    /// Settings for this transaction alone: `SET` would outlive it in the pooler's session.
    package func set(_ settings: [(name: String, value: String)]) async throws(PostgresError) {
        let (names, values) = (settings.map(\.name), settings.map(\.value))
        try await query("select set_config(name, value, true) from unnest(\(names)::text[], \(values)::text[]) as settings (name, value)")
    }

    package func set(_ setting: String, to value: String) async throws(PostgresError) {
        try await set([(setting, value)])
    }
}

extension Connection {
    /// Runs the body between BEGIN and COMMIT, where the caller runs. When either throws, ROLLBACK, and its error comes out.
    /// - Throws: the body's error, or a `PostgresError`. `.connectionLost`, `.deadlineExceeded` or `.cancelled` of the COMMIT itself leave
    ///   its outcome unknown.
    nonisolated package func transaction<R>(within limit: Duration, _ body: (Transaction) async throws -> R) async throws -> R {
        _ = try await query("begin", within: limit)
        do {
            let settlements = await settlements
            let result = try await body(Transaction(connection: self, settlements: settlements, limit: limit))
            try await requireOpen(settlements)
            // COMMIT of a failed transaction answers ROLLBACK without an error: the body swallowed one.
            guard try await query("commit", within: limit).commandWas("COMMIT") else {
                throw PostgresError.misuse("a statement of the transaction failed and its error was ignored")
            }
            return result
        } catch {
            await rollBack()
            throw error
        }
    }

    /// A transaction that is known beforehand: BEGIN, its settings, the statements and COMMIT are one round trip.
    /// - Returns: the answer of each statement.
    /// - Throws: `.server` when one failed, after ROLLBACK. When the connection is lost the outcome is unknown, unless all were reads.
    package func transaction(
        _ statements: [SQL],
        under settings: TransactionSettings,
        within limit: Duration
    ) async throws(PostgresError) -> [Rows] {
        var settings = settings
        // A role has none of its own limits, and our request to cancel may not get through.
        if settings.role != nil || settings.entry != nil, settings.statementLimit == nil { settings.statementLimit = limit + .seconds(1) }
        let before = settings.statements
        let answer = await batch(before + statements + ["commit"], within: limit)
        var rows: [Rows] = []
        for step in answer.steps {
            switch step {
            case .rows(let answer): rows.append(answer)
            case .failed(let message):
                await rollBack()
                throw .server(message)
            case .skipped: break
            }
        }
        if let failure = answer.failure { throw failure }
        let ends = rows.map { $0.commandWas("COMMIT") || $0.commandWas("ROLLBACK") }
        guard ends.last == true, !ends.dropLast().contains(true) else { throw .misuse("a statement of the transaction ended it") }
        return Array(rows[before.count..<rows.count - 1])
    }

    /// A body that goes on after a statement was given up is outside its transaction: each statement would be one of its own.
    fileprivate func requireOpen(_ settlements: Int) throws(PostgresError) {
        let isOpen = [PQTRANS_INTRANS, PQTRANS_INERROR].contains(handle?.transactionStatus)
        guard self.settlements == settlements, isOpen || phase != .idle || handle == nil else {
            throw .misuse("the transaction is over: one of its statements ended it or was given up")
        }
    }

    /// Leaves no transaction behind: rolls back what is open, in a task of its own, so that it happens for a cancelled caller too. After a
    /// COMMIT that failed there is nothing to do, unless it was never sent.
    private func rollBack() async {
        guard phase == .idle, let status = handle?.transactionStatus, status != PQTRANS_IDLE else { return }
        leave()
        // Who still waits finds no lock of his own when he tries again; who has gone does not wait.
        if !Task.isCancelled { _ = await settled() }
    }
}
