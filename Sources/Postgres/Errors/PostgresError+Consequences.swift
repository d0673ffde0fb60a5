// What follows from an error, whoever meets it: whose it is, what is known of the statement, and whether to try again.

extension PostgresError {
    /// Where an error comes from.
    package enum Origin: Sendable, Equatable {
        /// This client, its settings, or whoever calls it.
        case client
        /// Somewhere between: nobody spoke, or somebody stopped in the middle of it.
        case network
        case pooler
        case server
    }

    /// What is known of the statement that met the error.
    package enum Outcome: Sendable, Equatable {
        /// It did nothing, or all that it did was rolled back.
        case nothing
        /// It may have taken effect, or may still: only a write that is idempotent by a key may be repeated.
        case unknown
    }

    package enum Retry: Sendable, Equatable {
        /// Nothing happened, and the next try may go better.
        case safe
        /// It may go better, and it may have happened already: for reads, and for writes that are idempotent by a key.
        case ifIdempotent
        /// The same again gives the same error.
        case useless
    }

    package var origin: Origin {
        switch self {
        case .refused(let message), .server(let message), .connectionLost(let message?, _): message.isFromServer ? .server : .pooler
        case .unreachable, .gone, .connectionLost(nil, _), .deadlineExceeded: .network
        case .invalidURL, .untrusted, .unusable, .noConnection, .cancelled, .closed, .decoding, .misuse: .client
        }
    }

    package var outcome: Outcome {
        switch self {
        case .invalidURL, .unreachable, .untrusted, .unusable, .refused, .server, .gone, .noConnection, .closed, .misuse: .nothing
        // A pooler that had no server for it says so; any other end may have come after COMMIT.
        case .connectionLost(let cause?, _): !cause.isFromServer && cause.condition == .overloaded ? .nothing : .unknown
        case .connectionLost(nil, _): .unknown
        case .deadlineExceeded, .cancelled, .decoding: .unknown
        }
    }

    package var retry: Retry {
        switch self {
        case .invalidURL, .untrusted, .unusable, .cancelled, .closed, .decoding, .misuse: .useless
        case .unreachable, .gone, .noConnection: .safe
        case .refused(let message), .server(let message): message.condition.mayPass ? .safe : .useless
        case .connectionLost: outcome == .nothing ? .safe : .ifIdempotent
        // Who took too long takes too long again; who waits for an answer has waited.
        case .deadlineExceeded: .useless
        }
    }
}
