// Statements: sent unnamed, answered whole.
import CLibPQ

extension Connection {
    /// Runs one statement and returns all rows of its answer.
    /// - Throws: `.server` when it failed and the connection is sound; otherwise the connection is lost.
    package func query(_ sql: SQL, within limit: Duration) async throws(PostgresError) -> Rows {
        try await exchange("a statement", sql.text, sql.parameters, within: limit) { handle, text in
            handle.send(text, parameters: sql.parameters)
        }
    }

    /// Runs a text of several statements by the simple protocol, and returns the last answer.
    package func runScript(_ text: String, within limit: Duration) async throws(PostgresError) -> Rows {
        try await exchange("a script", text, [], within: limit) { handle, text in handle.sendScript(text) }
    }

    private func exchange(
        _ what: String,
        _ text: String,
        _ parameters: [String?],
        within limit: Duration,
        send: (borrowing ConnectionHandle, String) -> Bool
    ) async throws(PostgresError) -> Rows {
        let deadline = ContinuousClock.now + limit
        try begin(what, text, parameters, send: send)
        defer { isInUse = false }
        try await flush(until: deadline, limit: limit)
        let answer = try await answer(until: deadline, limit: limit)
        guard !answer.isCopyingIn else { throw unusable("the rows of COPY … FROM STDIN go through copyIn") }
        return answer.rows
    }

    func begin(
        _ what: String,
        _ text: String,
        _ parameters: [String?],
        send: (borrowing ConnectionHandle, String) -> Bool
    ) throws(PostgresError) {
        guard !isInUse else { throw .misuse("\(what) began while another was under way") }
        if Task.isCancelled { throw .cancelled }
        guard !text.utf8.contains(0), !parameters.contains(where: { $0?.utf8.contains(0) == true }) else { throw .nul }
        let sent =
            switch handle {
            case .some(let handle): send(handle, text)
            case .none: false
            }
        guard sent else { throw lost(after: nil) }
        isInUse = true
    }

    /// Sends what libpq still holds. While the server is slow to read, what it sends meanwhile is taken in: else both would wait.
    /// When the connection breaks it returns all the same: what has come in by then may say why, and `answer` reads it.
    func flush(until deadline: ContinuousClock.Instant, limit: Duration) async throws(PostgresError) {
        while true {
            switch handle?.flush() {
            case .done: return
            case .pending:
                try await wait(for: .either, until: deadline, limit: limit)
                if handle?.consumeInput() != true { return }
            case .failed: return
            case nil: throw lost(after: nil)
            }
        }
    }

    /// Reads results until libpq has no more. Of several errors the first is the cause: a FATAL comes before the loss it explains.
    func answer(until deadline: ContinuousClock.Instant, limit: Duration) async throws(PostgresError) -> Answer {
        var answer = Answer()
        var firstError: ServerMessage?
        var failed = false
        while let result = try await nextResult(until: deadline, limit: limit, firstError: firstError) {
            switch result.status {
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK: answer.rows = Rows(result)
            case PGRES_EMPTY_QUERY: break
            case PGRES_COPY_IN:
                answer.isCopyingIn = true
                return answer
            // libpq would answer the same for ever.
            case PGRES_COPY_OUT, PGRES_COPY_BOTH: throw unusable("COPY … TO STDOUT is not supported: select the rows")
            default:
                failed = true
                if firstError == nil { firstError = result.serverMessage }
            }
        }
        guard failed else { return answer }
        guard let firstError, handle?.status == CONNECTION_OK else { throw lost(after: firstError) }
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

extension Connection {
    /// The connection waits for what will not come: closes it.
    private func unusable(_ what: String) -> PostgresError {
        handle = nil
        return .misuse(what)
    }
}

extension PostgresError {
    /// What PostgreSQL says to a NUL in a text. In a C string it could not even be told of one.
    fileprivate static let nul = server(
        ServerMessage(severity: "ERROR", sqlState: "22021", message: "invalid byte sequence for encoding \"UTF8\": 0x00")
    )
}

/// What came back for one statement.
struct Answer {
    var rows = Rows.none
    var isCopyingIn = false
}
