// What the tasks of a soak count together.
import Synchronization

/// A value behind a lock, to be captured by many tasks.
final class Shared<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) {
        self.value = Mutex(value)
    }

    func withLock<R: Sendable>(_ body: (inout Value) -> R) -> R {
        value.withLock { value in
            body(&value)
        }
    }

    var current: Value { withLock { $0 } }
}
