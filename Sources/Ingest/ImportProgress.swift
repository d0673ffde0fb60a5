// How far an import is: counted where it works, read by whoever watches.
import Synchronization

package final class ImportProgress: Sendable {
    package struct State: Sendable, Equatable {
        /// As they came, before they were unpacked.
        package var bytes = 0
        /// Rows of tables, records of streams.
        package var rows = 0
        /// Points sent to the database.
        package var points = 0
    }

    private let state = Mutex(State())

    package init() {}

    package var now: State { state.withLock { $0 } }

    func add(bytes: Int) { state.withLock { $0.bytes += bytes } }
    func set(rows: Int) { state.withLock { $0.rows = rows } }
    func add(points: Int) { state.withLock { $0.points += points } }
}
