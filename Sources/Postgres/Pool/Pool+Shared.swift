// What the pool keeps under its lock: the state machine and what its numbers stand for.

extension Pool {
    typealias Waiting = CheckedContinuation<Result<Lease, PostgresError>, Never>

    struct Lease: Sendable {
        var id: PoolState.ConnectionID
        var connection: Connection
    }

    /// Something to do once the lock is free.
    enum Effect {
        case resume(Waiting, Result<Lease, PostgresError>)
        case connect(PoolState.ConnectionID, after: Duration)
        case close(Connection)
    }

    struct Shared {
        private var state: PoolState
        private var connections: [PoolState.ConnectionID: Connection] = [:]
        private var waiting: [PoolState.WaiterID: Waiting] = [:]
        private var attempts: [PoolState.ConnectionID: Task<Void, Never>] = [:]

        init(bound: Int) {
            state = PoolState(bound: bound)
        }

        /// The quick way: a connection that is free now. Otherwise a number to wait with, or the reason why waiting is no use.
        mutating func takeIdle() -> (waiter: PoolState.WaiterID, lease: Lease?, refusal: PostgresError?) {
            let waiter = state.makeID()
            if state.isClosed { return (waiter, nil, .closed) }
            guard let id = state.takeIdle(), let connection = connections[id] else { return (waiter, nil, nil) }
            return (waiter, Lease(id: id, connection: connection), nil)
        }

        mutating func wait(_ waiter: PoolState.WaiterID, _ continuation: Waiting, isCancelled: Bool) -> [Effect] {
            if isCancelled { return [.resume(continuation, .failure(.cancelled))] }
            waiting[waiter] = continuation
            return effects(of: state.wait(waiter))
        }

        /// - Parameter limit: how long it waited, nil when its task was cancelled.
        mutating func withdraw(_ waiter: PoolState.WaiterID, afterWaiting limit: Duration?) -> [Effect] {
            guard state.withdraw(waiter), let continuation = waiting.removeValue(forKey: waiter) else { return [] }
            let error: PostgresError = limit.map { .noConnection(after: $0, because: state.lastFailure?.description) } ?? .cancelled
            return [.resume(continuation, .failure(error))]
        }

        mutating func release(_ lease: Lease, isSound: Bool) -> [Effect] {
            effects(of: state.released(lease.id, isSound: isSound))
        }

        mutating func remember(_ attempt: Task<Void, Never>, for id: PoolState.ConnectionID) {
            guard state.isConnecting(id) else { return }
            attempts[id] = attempt
            if state.isClosed { attempt.cancel() }
        }

        mutating func attemptEnded(_ id: PoolState.ConnectionID, _ outcome: Result<Connection, PostgresError>) -> [Effect] {
            attempts[id] = nil
            switch outcome {
            case .success(let connection):
                connections[id] = connection
                return effects(of: state.connected(id))
            case .failure(let error):
                return effects(of: state.failedToConnect(id, error))
            }
        }

        mutating func close() -> [Effect] {
            for attempt in attempts.values { attempt.cancel() }
            return effects(of: state.close())
        }

        private mutating func effects(of actions: [PoolState.Action]) -> [Effect] {
            actions.compactMap { action in
                switch action {
                case .connect(let id, let delay): .connect(id, after: delay)
                case .close(let id): connections.removeValue(forKey: id).map { .close($0) }
                case .fail(let waiter, let error): waiting.removeValue(forKey: waiter).map { .resume($0, .failure(error)) }
                case .lease(let waiter, let id): lease(id, to: waiter)
                }
            }
        }

        private mutating func lease(_ id: PoolState.ConnectionID, to waiter: PoolState.WaiterID) -> Effect? {
            guard let continuation = waiting.removeValue(forKey: waiter), let connection = connections[id] else { return nil }
            return .resume(continuation, .success(Lease(id: id, connection: connection)))
        }
    }
}
