// Keeps what a stack told, for tests to look at and to wait for.

import LocalStack
import Synchronization

final class Observed: Sendable {
    private let all = Mutex<[LocalStack.Observation]>([])
    private let stream: AsyncStream<LocalStack.Observation>
    private let continuation: AsyncStream<LocalStack.Observation>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    var observe: @Sendable (LocalStack.Observation) -> Void {
        { observation in
            self.all.withLock { $0.append(observation) }
            self.continuation.yield(observation)
        }
    }

    var list: [LocalStack.Observation] { all.withLock { $0 } }

    /// Waits for the first observation of which the closure makes something.
    func first<Found>(_ find: (LocalStack.Observation) -> Found?) async -> Found? {
        for await observation in stream {
            if let found = find(observation) { return found }
        }
        return nil
    }
}
