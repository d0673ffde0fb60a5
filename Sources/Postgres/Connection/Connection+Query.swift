// Statements: sent unnamed, answered whole.
import CLibPQ

extension Connection {
    /// Runs one statement and returns all rows of its answer.
    /// - Throws: `.server` when it failed and the connection is sound; otherwise the connection is lost.
    package func query(_ sql: SQL, within limit: Duration) async throws(PostgresError) -> Rows {
        try await exchange(within: limit, asWhat: "a statement") { handle in
            handle.send(sql.text, parameters: sql.parameters)
        }
    }

    /// Runs a text of several statements by the simple protocol, and returns the last answer.
    package func runScript(_ text: String, within limit: Duration) async throws(PostgresError) -> Rows {
        try await exchange(within: limit, asWhat: "a script") { handle in handle.sendScript(text) }
    }

    private func exchange(
        within limit: Duration,
        asWhat what: String,
        send: (borrowing ConnectionHandle) -> Bool
    ) async throws(PostgresError) -> Rows {
        let deadline = ContinuousClock.now + limit
        try begin(what, send: send)
        defer { isInUse = false }
        try await flush(until: deadline, limit: limit)
        return try await answer(until: deadline, limit: limit).rows
    }

    func begin(_ what: String, send: (borrowing ConnectionHandle) -> Bool) throws(PostgresError) {
        guard !isInUse else { throw .misuse("\(what) began while another was under way") }
        if Task.isCancelled { throw .cancelled }
        let sent =
            switch handle {
            case .some(let handle): send(handle)
            case .none: false
            }
        guard sent else { throw lost(after: nil) }
        isInUse = true
    }

    /// Sends what libpq still holds. While the server is slow to read, what it sends meanwhile is taken in: else both would wait.
    func flush(until deadline: ContinuousClock.Instant, limit: Duration) async throws(PostgresError) {
        while true {
            switch handle?.flush() {
            case .done: return
            case .pending:
                try await wait(for: .either, until: deadline, limit: limit)
                if handle?.consumeInput() != true { throw lost(after: nil) }
            case .failed, nil: throw lost(after: nil)
            }
        }
    }

    /// Reads results until libpq has no more. Of several errors the first is the cause: a FATAL comes before the loss it explains.
    func answer(until deadline: ContinuousClock.Instant, limit: Duration) async throws(PostgresError) -> Answer {
        var answer = Answer()
        var firstError: ServerMessage?
        while let result = try await nextResult(until: deadline, limit: limit, firstError: firstError) {
            switch result.status {
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK: answer.rows = Rows(result)
            case PGRES_EMPTY_QUERY: break
            case PGRES_COPY_IN:
                answer.isCopyingIn = true
                return answer
            default: if firstError == nil { firstError = result.serverMessage }
            }
        }
        guard let firstError else { return answer }
        guard handle?.status == CONNECTION_OK else { throw lost(after: firstError) }
        throw .server(firstError)
    }

    private func nextResult(
        until deadline: ContinuousClock.Instant,
        limit: Duration,
        firstError: ServerMessage?
    ) async throws(PostgresError) -> ResultHandle? {
        // One read may hold many TLS records: ask libpq until it wants more, before waiting for the socket again.
        while handle?.isBusy == true {
            try await wait(for: .readable, until: deadline, limit: limit)
            if handle?.consumeInput() != true { break }
        }
        guard handle != nil else { throw lost(after: firstError) }
        return handle?.nextResult()
    }

    /// The connection is gone: says why, with the first cause if there was one.
    func lost(after cause: ServerMessage?) -> PostgresError {
        let words = handle?.errorMessage ?? "the connection is closed"
        handle = nil
        return .connectionLost(cause: cause, words: Startup.plain(words))
    }
}

/// What came back for one statement.
struct Answer {
    var rows = Rows.none
    var isCopyingIn = false
}
