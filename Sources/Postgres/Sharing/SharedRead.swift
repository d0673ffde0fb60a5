// One read among those that go out together.
import Synchronization

final class SharedRead: Sendable {
    enum Ending: Sendable {
        case answered(Result<Rows, PostgresError>)
        /// What others did kept it from being answered: it is to be repeated alone.
        case spoilt
    }

    private struct State {
        var continuation: CheckedContinuation<Ending, Never>?
        var ending: Ending?
        var flight: SharedWork?
    }

    let sql: SQL
    /// For the answer, from when it is sent.
    let limit: Duration
    private let state = Mutex(State())

    init(_ sql: SQL, within limit: Duration) {
        (self.sql, self.limit) = (sql, limit)
    }

    func wait(_ continuation: CheckedContinuation<Ending, Never>) {
        let ending = state.withLock { state in
            if state.ending == nil { state.continuation = continuation }
            return state.ending
        }
        if let ending { continuation.resume(returning: ending) }
    }

    /// The first ending counts: an answer to somebody who has gone is nobody's.
    func finish(_ ending: Ending) {
        let continuation = state.withLock { state in
            if state.ending == nil { state.ending = ending }
            return state.continuation.take()
        }
        continuation?.resume(returning: ending)
    }

    func board(_ flight: SharedWork) {
        let hasLeft = state.withLock { state in
            state.flight = flight
            return state.ending != nil
        }
        if hasLeft { flight.leave() }
    }

    /// Whoever asked has gone.
    func leave() {
        let (continuation, flight) = state.withLock { state in
            guard state.ending == nil else { return (CheckedContinuation<Ending, Never>?.none, SharedWork?.none) }
            state.ending = .answered(.failure(.cancelled))
            return (state.continuation.take(), state.flight.take())
        }
        continuation?.resume(returning: .answered(.failure(.cancelled)))
        flight?.leave()
    }
}
