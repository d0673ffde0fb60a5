// What the pool keeps under its lock: the state machine and what its numbers stand for.

extension Pool {
    struct Lease: Sendable {
        var id: Int
        var connection: Connection
    }

    /// Who waits for a connection.
    enum Waiting: Sendable {
        case alone(CheckedContinuation<Result<Lease, PostgresError>, Never>)
        case sharing(SharedRead)

        func fail(_ error: PostgresError) {
            switch self {
            case .alone(let continuation): continuation.resume(returning: .failure(error))
            case .sharing(let read): read.finish(.answered(.failure(error)))
            }
        }

        var shares: Bool {
            switch self {
            case .alone: false
            case .sharing: true
            }
        }
    }

    /// Something to do once the lock is free.
    enum Effect {
        case lend(CheckedContinuation<Result<Lease, PostgresError>, Never>, Lease)
        case share([SharedRead], Lease)
        case fail(Waiting, PostgresError)
        case connect(Int)
        case ping(Lease)
        case close(Connection)
        case wake(ContinuousClock.Instant)
    }

    struct Shared {
        private var state: PoolState<SystemRandomNumberGenerator>
        private var connections: [Int: Connection] = [:]
        private var waiting: [Int: Waiting] = [:]
        private var attempts: [Int: Task<Void, Never>] = [:]
        private var alarm: Task<Void, Never>?
        /// By when an alarm must have rung. Before that it is on its way, and setting it anew with every event would keep it from ringing.
        private static let lateness: Duration = .milliseconds(50)
        /// When the alarm rings.
        private var alarmAt: ContinuousClock.Instant?

        init(_ limits: PoolLimits) {
            state = PoolState(limits: limits, random: SystemRandomNumberGenerator())
        }

        var usage: Usage {
            Usage(
                idle: state.idle.count,
                lent: state.leased.count + state.testing.count,
                opening: state.connecting.count,
                waiting: waiting.count
            )
        }

        mutating func makeID() -> Int { state.makeID() }

        mutating func ask(_ waiter: Int, _ who: Waiting, until deadline: ContinuousClock.Instant, isCancelled: Bool) -> [Effect] {
            if isCancelled { return [.fail(who, .cancelled)] }
            waiting[waiter] = who
            return effects(of: state.ask(waiter, shares: who.shares, until: deadline, now: .now))
        }

        /// The task of a waiter was cancelled.
        mutating func withdraw(_ waiter: Int) -> [Effect] {
            guard state.withdraw(waiter), let who = waiting.removeValue(forKey: waiter) else { return [] }
            return [.fail(who, .cancelled)]
        }

        mutating func released(_ lease: Lease, isSound: Bool) -> [Effect] {
            effects(of: state.released(lease.id, isSound: isSound, now: .now))
        }

        mutating func pinged(_ lease: Lease, isAlive: Bool) -> [Effect] {
            effects(of: state.pinged(lease.id, isAlive: isAlive, now: .now))
        }

        mutating func tick() -> [Effect] {
            alarmAt = nil
            return effects(of: state.tick(now: .now))
        }

        mutating func remember(_ attempt: Task<Void, Never>, for id: Int) {
            guard state.connecting.contains(id) else { return }
            attempts[id] = attempt
            if state.isClosed { attempt.cancel() }
        }

        /// Meanwhile it may have rung, or an earlier one been set: then that one counts.
        mutating func remember(_ alarm: Task<Void, Never>, at instant: ContinuousClock.Instant) {
            guard alarmAt == instant, !state.isClosed else { return alarm.cancel() }
            self.alarm?.cancel()
            self.alarm = alarm
        }

        mutating func attemptEnded(_ id: Int, _ outcome: Result<Connection, PostgresError>) -> [Effect] {
            attempts[id] = nil
            switch outcome {
            case .success(let connection):
                connections[id] = connection
                return effects(of: state.connected(id, now: .now))
            case .failure(let error):
                return effects(of: state.failedToConnect(id, error, now: .now))
            }
        }

        mutating func close() -> [Effect] {
            for attempt in attempts.values { attempt.cancel() }
            alarm?.cancel()
            return effects(of: state.close())
        }

        private mutating func effects(of actions: [PoolState<SystemRandomNumberGenerator>.Action]) -> [Effect] {
            var effects = actions.flatMap { action -> [Effect] in
                switch action {
                case .connect(let id): [.connect(id)]
                case .ping(let id): lease(id).map { [.ping($0)] } ?? []
                case .close(let id): connections.removeValue(forKey: id).map { [.close($0)] } ?? []
                case .fail(let waiter, let error): waiting.removeValue(forKey: waiter).map { [.fail($0, error)] } ?? []
                case .lend(let id, let waiters): lend(id, to: waiters)
                }
            }
            // One that should have rung counts for nothing: an alarm too many does no harm, one too few would leave callers waiting.
            if let next = state.nextEvent, !state.isClosed, alarmAt.map({ next < $0 || $0 + Self.lateness <= .now }) ?? true {
                alarmAt = next
                effects.append(.wake(next))
            }
            return effects
        }

        private func lease(_ id: Int) -> Lease? { connections[id].map { Lease(id: id, connection: $0) } }

        private mutating func lend(_ id: Int, to waiters: [Int]) -> [Effect] {
            guard let lease = lease(id) else { preconditionFailure("connection \(id) was lent and is not there") }
            var reads: [SharedRead] = []
            for waiter in waiters {
                switch waiting.removeValue(forKey: waiter) {
                case .alone(let continuation): return [.lend(continuation, lease)]
                case .sharing(let read): reads.append(read)
                case nil: preconditionFailure("waiter \(waiter) was served and does not wait")
                }
            }
            return [.share(reads, lease)]
        }
    }
}
