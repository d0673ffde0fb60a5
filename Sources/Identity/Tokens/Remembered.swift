// What was found out at some cost, for as long as it holds.
import Synchronization

/// Values by a key, each until a moment. When there are too many all are forgotten: they can be found out again.
package final class Remembered<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let capacity: Int
    private let values = Mutex<[Key: (value: Value, end: ContinuousClock.Instant)]>([:])

    package init(capacity: Int) {
        self.capacity = capacity
    }

    package subscript(key: Key) -> Value? {
        values.withLock { values in
            guard let known = values[key] else { return nil }
            if ContinuousClock.now < known.end { return known.value }
            values[key] = nil
            return nil
        }
    }

    package func remember(_ value: Value, for key: Key, until end: ContinuousClock.Instant) {
        values.withLock { values in
            if values.count >= capacity { values.removeAll() }
            values[key] = (value, end)
        }
    }

    package func forget(_ key: Key) {
        values.withLock { $0[key] = nil }
    }
}
