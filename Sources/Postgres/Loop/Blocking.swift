// Calls that block, such as name resolution and cancel requests: on a thread of their own, and nobody waits longer than they want.
import Synchronization

/// Runs a call that blocks on a thread of its own. At the deadline, or when the task is cancelled, it is left behind there.
/// - Throws: `.deadlineExceeded(limit)` or `.cancelled`.
func blocking<R: Sendable>(
    until deadline: ContinuousClock.Instant,
    limit: Duration,
    _ body: @escaping @Sendable () -> R
) async throws(PostgresError) -> R {
    let errand = Errand<R>()
    startThread { errand.finish(with: body()) }
    switch await IOLoop.shared.wait(for: .readable, on: errand.pipe.readEnd, until: deadline) {
    case .ready: return errand.result
    case .timedOut: throw .deadlineExceeded(limit)
    case .cancelled: throw .cancelled
    }
}

/// What thread and waiter share. The pipe is closed when neither needs it any more.
private final class Errand<R: Sendable>: Sendable {
    let pipe = WakePipe()
    private let outcome = Mutex<R?>(nil)

    func finish(with result: R) {
        outcome.withLock { $0 = result }
        pipe.signal()
    }

    /// To be asked once the pipe is readable.
    var result: R {
        guard let result = outcome.withLock({ $0 }) else { preconditionFailure("the pipe was signalled before there was a result") }
        return result
    }

    deinit { pipe.close() }
}
