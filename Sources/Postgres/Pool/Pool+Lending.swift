// How connections go out and come back, and how what PoolState decides is carried out.
import Synchronization

extension Pool {
    /// One exchange on a connection that nobody else has. One that turns out to have gone before anything was sent is replaced.
    func onOne<R: Sendable>(_ exchange: (Connection) async -> Exchange<R>) async throws(PostgresError) -> R {
        let deadline = ContinuousClock.now + configuration.acquireLimit
        while true {
            let lease = try await acquire(until: deadline)
            let done = await exchange(lease.connection)
            release(lease, isSound: done.isSound)
            if case .failure(.gone) = done.result, ContinuousClock.now < deadline { continue }
            return try done.result.get()
        }
    }

    func acquireSound() async throws(PostgresError) -> Lease {
        let deadline = ContinuousClock.now + configuration.acquireLimit
        while true {
            let lease = try await acquire(until: deadline)
            if await lease.connection.isStillThere() { return lease }
            release(lease, isSound: false)
        }
    }

    private func acquire(until deadline: ContinuousClock.Instant) async throws(PostgresError) -> Lease {
        let waiter = shared.withLock { $0.makeID() }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                carryOut(shared.withLock { $0.ask(waiter, .alone(continuation), until: deadline, isCancelled: Task.isCancelled) })
            }
        } onCancel: {
            withdraw(waiter)
        }
        return try result.get()
    }

    func withdraw(_ waiter: Int) {
        carryOut(shared.withLock { $0.withdraw(waiter) })
    }

    /// Takes a connection back. One whose caller left in the middle of something settles first; nobody waits for that.
    func release(_ lease: Lease, isSound: Bool) {
        if isSound {
            carryOut(shared.withLock { $0.released(lease, isSound: true) })
        } else {
            unfinished.begin()
            Task {
                let isSound = await lease.connection.settled()
                carryOut(shared.withLock { $0.released(lease, isSound: isSound) })
                unfinished.end()
            }
        }
    }

    /// Does outside the lock what was decided under it.
    /// - Returns: what closes connections.
    @discardableResult
    func carryOut(_ effects: [Effect]) -> [Task<Void, Never>] {
        var closing: [Task<Void, Never>] = []
        for effect in effects {
            switch effect {
            case .lend(let continuation, let lease): continuation.resume(returning: .success(lease))
            case .share(let reads, let lease): fly(reads, on: lease)
            case .fail(let waiting, let error): waiting.fail(error)
            case .close(let connection): closing.append(Task { await connection.close() })
            case .ping(let lease): Task { await ping(lease) }
            case .connect(let id):
                let attempt = Task { await connect(id) }
                shared.withLock { $0.remember(attempt, for: id) }
            case .wake(let instant):
                let alarm = Task { [weak self] in
                    do { try await Task.sleep(until: instant, clock: .continuous) } catch { return }
                    guard let self else { return }
                    carryOut(shared.withLock { $0.tick() })
                }
                shared.withLock { $0.remember(alarm, at: instant) }
            }
        }
        return closing
    }

    private func connect(_ id: Int) async {
        let outcome: Result<Connection, PostgresError>
        do throws(PostgresError) {
            outcome = .success(try await Connection.connect(to: configuration.url, within: configuration.connectLimit))
        } catch {
            outcome = .failure(error)
        }
        carryOut(shared.withLock { $0.attemptEnded(id, outcome) })
    }

    private func ping(_ lease: Lease) async {
        let isAlive = await lease.connection.ping(within: Configuration.pingLimit)
        carryOut(shared.withLock { $0.pinged(lease, isAlive: isAlive) })
    }
}
