// What goes on behind callers that have left: statements being stopped, connections being proven.
import Synchronization

/// Counts it, so that a pool that closes can wait for it. A process that ended while it asks a pooler to stop a statement would leave half a
/// request to cancel behind, which has brought down PgBouncer 1.18 ("bad client state").
final class Unfinished: Sendable {
    /// More than all of it may take.
    private static let patience = Duration.seconds(2)

    private let state = Mutex((count: 0, waiting: [CheckedContinuation<Void, Never>]()))

    func begin() {
        state.withLock { $0.count += 1 }
    }

    func end() {
        let waiting = state.withLock { state in
            state.count -= 1
            guard state.count == 0 else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns when there is none, or when it has had its time.
    func none() async {
        let patience = Task {
            do { try await Task.sleep(for: Self.patience) } catch { return }
            giveUp()
        }
        await withCheckedContinuation { continuation in
            let isNone = state.withLock { state in
                if state.count > 0 { state.waiting.append(continuation) }
                return state.count == 0
            }
            if isNone { continuation.resume() }
        }
        patience.cancel()
    }

    private func giveUp() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
