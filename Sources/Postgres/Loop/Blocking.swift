// Calls that block, such as name resolution and cancel requests: on a thread of their own, and nobody waits longer than they want.
import Synchronization

/// Runs a call that blocks on a thread of its own. At the deadline, or when the task is cancelled, it is left behind there.
/// - Throws: `.deadlineExceeded(limit)`, `.cancelled`, or `.unreachable` when the system has no thread for it.
func blocking<R: Sendable>(
    until deadline: ContinuousClock.Instant,
    limit: Duration,
    _ body: @escaping @Sendable () -> R
) async throws(PostgresError) -> R {
    let loop = IOLoop.shared
    let errand = Errand<R>(id: loop.makeID())
    let isRunning = startThread {
        errand.finish(with: body())
        loop.end(errand.id)
    }
    if !isRunning { loop.end(errand.id) }
    switch await loop.wait(as: errand.id, until: deadline) {
    case .ready:
        guard let result = errand.result else { throw .unreachable("the system gives no more threads") }
        return result
    case .timedOut: throw .deadlineExceeded(limit)
    case .cancelled: throw .cancelled
    }
}

/// What thread and waiter share.
private final class Errand<R: Sendable>: Sendable {
    let id: Int
    private let outcome = Mutex<R?>(nil)

    init(id: Int) {
        self.id = id
    }

    func finish(with result: R) { outcome.withLock { $0 = result } }

    /// Nil until the thread has finished.
    var result: R? { outcome.withLock { $0 } }
}
