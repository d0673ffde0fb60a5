// Statements: sent unnamed, answered whole.
import CLibPQ

extension Connection {
    /// Runs one statement and returns all rows of its answer.
    /// - Throws: `.server` when it failed and the connection is sound. After `.deadlineExceeded` and `.cancelled` the connection is
    ///   settling. Otherwise it is lost.
    package func query(_ sql: SQL, within limit: Duration) async throws(PostgresError) -> Rows {
        try await exchange("a statement", [sql], within: limit) { handle in
            handle.send(sql.text, parameters: sql.parameters)
        }
    }

    /// Runs a text of several statements by the simple protocol, and returns the last answer.
    package func runScript(_ text: String, within limit: Duration) async throws(PostgresError) -> Rows {
        try await exchange("a script", [SQL(unsafe: text)], within: limit) { handle in handle.sendScript(text) }
    }

    private func exchange(
        _ what: String,
        _ statements: [SQL],
        within limit: Duration,
        send: (borrowing ConnectionHandle) -> Bool
    ) async throws(PostgresError) -> Rows {
        let deadline = ContinuousClock.now + limit
        try begin(what, statements)
        do throws(PostgresError) {
            try sent(send)
            try await flush(until: deadline, limit: limit)
            let answer = try await answer(until: deadline, limit: limit)
            guard !answer.isCopyingIn else { throw unusable("the rows of COPY … FROM STDIN go through copyIn") }
            phase = .idle
            return answer.rows
        } catch {
            ended(with: error)
            throw error
        }
    }

    /// Takes the connection for one conversation.
    func begin(_ what: String, _ statements: [SQL]) throws(PostgresError) {
        switch phase {
        case .idle: break
        case .settling: throw .misuse("\(what) began on a connection whose last statement was given up")
        case .connecting, .statement, .copy: throw .misuse("\(what) began while another was under way")
        }
        if Task.isCancelled { throw .cancelled }
        guard statements.allSatisfy({ !$0.holdsNUL }) else { throw .nul }
        guard handle?.status == CONNECTION_OK, handle?.transactionStatus != PQTRANS_IDLE || isStillThere() else { throw gone() }
        phase = .statement
    }

    /// Hands something that ends in a Sync to libpq.
    func sent(_ send: (borrowing ConnectionHandle) -> Bool) throws(PostgresError) {
        outstandingSyncs += 1
        let isSent =
            switch handle {
            case .some(let handle): send(handle)
            case .none: false
            }
        guard isSent else { throw handle?.status == CONNECTION_OK ? unusable("libpq does not take it: \(words)") : lost(after: nil) }
    }

    private var words: String { Startup.plain(handle?.errorMessage ?? "") }

    /// After a conversation that failed: the connection is free again, or has to settle first.
    func ended(with error: PostgresError) {
        switch error {
        case .deadlineExceeded, .cancelled: leave()
        case .invalidURL, .unreachable, .untrusted, .unusable, .refused, .server, .gone, .connectionLost, .noConnection, .closed, .decoding,
            .misuse:
            phase = .idle
        }
    }

    /// A statement of our own, in the middle of settling.
    func send(_ sql: SQL, until deadline: ContinuousClock.Instant, limit: Duration) async throws(PostgresError) -> Rows {
        try sent { handle in handle.send(sql.text, parameters: sql.parameters) }
        try await flush(until: deadline, limit: limit)
        return try await answer(until: deadline, limit: limit).rows
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
        if failed, firstError == nil || handle?.status != CONNECTION_OK { throw lost(after: firstError) }
        outstandingSyncs -= 1
        if let firstError { throw .server(firstError) }
        return answer
    }

    func nextResult(
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
        .connectionLost(cause: cause, words: dropped())
    }

    /// The connection had gone before anything was sent.
    private func gone() -> PostgresError {
        .gone(dropped())
    }

    private func dropped() -> String {
        let words = handle?.errorMessage ?? ""
        handle = nil
        return words.isEmpty ? "the connection is closed" : Startup.plain(words)
    }

    /// The connection waits for what will not come: closes it.
    func unusable(_ what: String) -> PostgresError {
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
