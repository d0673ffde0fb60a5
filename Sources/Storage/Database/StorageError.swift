// What can go wrong with the database, as the rest of the house needs to know it.
package import Postgres

/// Closed: whoever answers for it (HTTP status, exit code) switches over all of it.
package enum StorageError: Error, Sendable, Equatable {
    /// Out of reach, lost, or too slow just now: trying again may help.
    case unavailable(String)
    /// The database refuses to let us in: a wrong password, a database or tenant that is not there. Trying again does not help.
    case refused(String)
    /// The tables are not there, or not those of this version: `livinglytics migrate` makes them.
    case schemaMissing(String)
    /// Somebody else changed the same rows, or holds them: trying again helps.
    case conflict(String)
    /// The database refused what was to be stored, in its own words.
    case rejected(String)
    /// The credential that this was asked with does not open what it asked for (any more).
    case shutOut
    /// The answer was not what the code expects: a defect of ours.
    case defect(String)
    /// Nobody waits for the answer any more.
    case cancelled
}

extension StorageError {
    package init(_ error: PostgresError) {
        switch error {
        case .unreachable, .gone, .connectionLost, .deadlineExceeded, .noConnection, .closed: self = .unavailable(error.description)
        case .invalidURL(let why): self = .refused(why)
        case .untrusted, .unusable: self = .refused(error.description)
        case .refused(let message): self = Self(refusal: message, error)
        case .server(let message): self = Self(answer: message, error)
        case .decoding, .misuse: self = .defect(error.description)
        case .cancelled: self = .cancelled
        }
    }

    /// The answer to a start-up. Words that nobody knows may pass.
    private init(refusal message: ServerMessage, _ error: PostgresError) {
        switch message.condition {
        case .wrongCredentials, .wrongTarget: self = .refused(error.description)
        case .overloaded, .goingAway, .stopped, .conflict, .badValue, .missingObject, .forbidden, .readOnly, .other:
            self = .unavailable(error.description)
        }
    }

    /// The answer to a statement.
    private init(answer message: ServerMessage, _ error: PostgresError) {
        if message.sqlState == Entry.refusal {
            self = .shutOut
            return
        }
        switch message.condition {
        case .missingObject: self = .schemaMissing(message.message)
        case .conflict: self = .conflict(message.brief)
        case .badValue: self = .rejected(message.brief)
        case .overloaded, .goingAway, .stopped, .readOnly: self = .unavailable(error.description)
        case .wrongCredentials, .wrongTarget, .forbidden, .other: self = .defect(error.description)
        }
    }
}

extension StorageError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unavailable(let why), .defect(let why): why
        case .refused(let why): "\(why); look at host, user, password, database and certificate in DATABASE_URL"
        case .schemaMissing(let what): "the schema is not that of this version (\(what)): run `livinglytics migrate`"
        case .conflict(let what): "somebody else was at the same rows: \(what). Nothing was changed; try again"
        case .rejected(let what): "the database refused the values: \(what). Nothing was changed"
        case .shutOut: "this credential does not open that user (any more)"
        case .cancelled: "cancelled"
        }
    }
}
