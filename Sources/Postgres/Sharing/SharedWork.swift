// Work that several callers wait for together.
import Synchronization

/// One task for many: when the last of those who wait has gone, it is cancelled.
final class SharedWork: Sendable {
    private struct State {
        var waiting: Int
        var task: Task<Void, Never>?
    }

    private let state: Mutex<State>

    init(waiting count: Int) {
        state = Mutex(State(waiting: count))
    }

    @discardableResult
    func start(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        state.withLock { state in
            let task = Task(executorPreference: LoopTasks.shared) { await body() }
            state.task = task
            if state.waiting == 0 { task.cancel() }
            return task
        }
    }

    /// One of those who wait has gone.
    func leave() {
        state.withLock { state in
            state.waiting -= 1
            if state.waiting == 0 { state.task?.cancel() }
        }
    }
}
