// The one error of this target: what failed, in a closed list.

/// What went wrong. What follows from it stands in `origin`, `outcome` and `retry`.
///
/// `description` is safe to show to anybody: it holds no SQL, no parameter and no password.
/// `debugDescription` adds the server's detail, hint and context, which may quote data.
package enum PostgresError: Error, Sendable, Equatable {
    /// The text is no connection URL. Says what is wrong with it and never quotes it.
    case invalidURL(String)
    /// Nothing answered, or it was no PostgreSQL: host, port, DNS, silence. In libpq's words.
    case unreachable(String)
    /// Somebody answered whose certificate does not prove that he is who we look for. Nothing of ours was sent to him.
    case untrusted(Distrust)
    /// There is somebody, and with these settings no connection can be made to him: no password, no TLS. In libpq's words.
    case unusable(String)
    /// The server or the pooler answered the start-up with an error.
    case refused(ServerMessage)
    /// The server or the pooler answered a statement with an error. The connection is sound.
    case server(ServerMessage)
    /// The connection had gone away before anything was sent.
    case gone(String)
    /// The connection went away under a statement. `cause` is the first word on why, where there was one (`57P01`, `08P01`); `words`
    /// are libpq's.
    case connectionLost(cause: ServerMessage?, words: String)
    /// No answer to a statement in time. It is cancelled as far as the pooler lets it, and its connection proven or dropped.
    case deadlineExceeded(Duration)
    /// No connection became free in time. Holds why none could be made, where that is the reason.
    case noConnection(after: Duration, because: String?)
    /// The caller's task was cancelled. What it asked for is cancelled too, as far as the pooler lets it.
    case cancelled
    /// The pool was shut down.
    case closed
    /// A row did not have the shape that the code expects.
    case decoding(column: Int, expected: String)
    /// This client was misused: for example a second statement while one is under way.
    case misuse(String)

    /// The SQLSTATE of the server's or pooler's answer, where there was one.
    package var sqlState: String? { serverMessage?.sqlState }

    package var serverMessage: ServerMessage? {
        switch self {
        case .refused(let message), .server(let message): message
        case .connectionLost(let cause, _): cause
        case .invalidURL, .unreachable, .untrusted, .unusable, .gone, .deadlineExceeded, .noConnection, .cancelled, .closed, .decoding,
            .misuse:
            nil
        }
    }
}

extension PostgresError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalidURL(let why): why
        case .unreachable(let words): "the database can't be reached: \(words)"
        case .untrusted(let why): "the database can't be trusted: \(why)"
        case .unusable(let words): "the database can't be used with these settings: \(words)"
        case .refused(let message): "the database refused the connection: \(message.brief)"
        case .server(let message): "the database answered: \(message.brief)"
        case .gone(let words): "the connection to the database had gone away: \(words)"
        case .connectionLost(let cause, let words): "the connection to the database was lost: \(cause?.brief ?? words)"
        case .deadlineExceeded(let limit): "the database did not answer within \(limit)"
        case .noConnection(let limit, let reason): "no database connection within \(limit)" + (reason.map { ": \($0)" } ?? "")
        case .cancelled: "cancelled"
        case .closed: "the connection pool is closed"
        case .decoding(let column, let expected): "column \(column) of the answer is not \(expected)"
        case .misuse(let what): "the database client was misused: \(what)"
        }
    }
}

extension PostgresError: CustomDebugStringConvertible {
    package var debugDescription: String {
        guard let message = serverMessage else { return description }
        let more = [("detail", message.detail), ("hint", message.hint), ("context", message.context)]
            .compactMap { name, text in text.map { "\(name): \($0)" } }
        return ([description] + more).joined(separator: "; ")
    }
}

extension ServerMessage {
    /// Message and SQLSTATE, without what may quote data.
    package var brief: String { sqlState.map { "\(message) (SQLSTATE \($0))" } ?? message }
}
