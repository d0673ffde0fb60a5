// The pool: lends connections, and carries out what PoolState decides.
import Synchronization

/// A bounded set of connections to one database, lent to one caller at a time.
///
/// Connections are made when somebody waits, kept while they are sound, and closed by `close()`.
package final class Pool: Sendable {
    package struct Configuration: Sendable {
        package var url: ConnectionURL
        /// Connections at most. Supabase's pooler has 15 server connections for all clients of a project by default.
        package var bound = 8
        /// How long a caller waits for a connection.
        package var acquireLimit: Duration = .seconds(2)
        /// How long an attempt to connect may take.
        package var connectLimit: Duration = .seconds(10)
        /// How long a statement may take that names no limit. Below the pooler's own 60 s: one silent server must not eat the pool.
        package var queryLimit: Duration = .seconds(15)

        package init(url: ConnectionURL) {
            self.url = url
        }
    }

    package let configuration: Configuration
    let shared: Mutex<Shared>

    package init(_ configuration: Configuration) {
        self.configuration = configuration
        shared = Mutex(Shared(bound: configuration.bound))
    }

    /// Runs one statement on a connection of its own.
    package func query(_ sql: SQL, within limit: Duration? = nil) async throws(PostgresError) -> Rows {
        let lease = try await acquire()
        let answer: Result<Rows, PostgresError>
        do {
            answer = .success(try await lease.connection.query(sql, within: limit ?? configuration.queryLimit))
        } catch {
            answer = .failure(error)
        }
        await release(lease)
        return try answer.get()
    }

    /// Runs the body in a transaction on a connection of its own; see `Connection.transaction`.
    package func transaction<R>(within limit: Duration? = nil, _ body: (Transaction) async throws -> R) async throws -> R {
        try await withConnection { try await $0.transaction(within: limit ?? self.configuration.queryLimit, body) }
    }

    /// Lends a connection to the body.
    /// - Throws: `.noConnection` when none became free within `acquireLimit`, `.refused` when the database said no, or the body's error.
    package func withConnection<R>(_ body: (Connection) async throws -> R) async throws -> R {
        let lease = try await acquire()
        let result: R
        do {
            result = try await body(lease.connection)
        } catch {
            await release(lease)
            throw error
        }
        await release(lease)
        return result
    }

    /// Closes what is idle at once and the rest when it comes back. Whoever waits is told. When it returns, what was idle is closed: a
    /// process that ended meanwhile would take TLS away from under it.
    package func close() async {
        await carryOutAndClose(shared.withLock { $0.close() })
    }

    /// A pool for the length of the body.
    package static func with<R>(_ configuration: Configuration, _ body: (Pool) async throws -> R) async throws -> R {
        let pool = Pool(configuration)
        let result: R
        do {
            result = try await body(pool)
        } catch {
            await pool.close()
            throw error
        }
        await pool.close()
        return result
    }

    private func acquire() async throws(PostgresError) -> Lease {
        while true {
            let (waiter, lease, refusal) = shared.withLock { $0.takeIdle() }
            if let refusal { throw refusal }
            guard let lease else { return try await wait(as: waiter) }
            // Lost while nobody looked: nothing was asked yet, so the next one will do.
            if await lease.connection.isStillThere() { return lease }
            await carryOutAndClose(shared.withLock { $0.release(lease, isSound: false) })
        }
    }

    private func wait(as waiter: PoolState.WaiterID) async throws(PostgresError) -> Lease {
        let limit = configuration.acquireLimit
        var timer: Task<Void, Never>?
        defer { timer?.cancel() }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                carryOut(shared.withLock { $0.wait(waiter, continuation, isCancelled: Task.isCancelled) })
                // Not before it waits: there would be nobody to withdraw.
                timer = Task {
                    do { try await Task.sleep(for: limit) } catch { return }
                    carryOut(shared.withLock { $0.withdraw(waiter, afterWaiting: limit) })
                }
            }
        } onCancel: {
            carryOut(shared.withLock { $0.withdraw(waiter, afterWaiting: nil) })
        }
        return try result.get()
    }

    private func release(_ lease: Lease) async {
        let isSound = await lease.connection.isSound
        await carryOutAndClose(shared.withLock { $0.release(lease, isSound: isSound) })
    }

    /// Does outside the lock what was decided under it, and waits until what is to be closed is closed.
    private func carryOutAndClose(_ effects: [Effect]) async {
        carryOut(effects)
        for case .close(let connection) in effects { await connection.close() }
    }

    private func carryOut(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            case .resume(let continuation, let result): continuation.resume(returning: result)
            // Only where somebody can wait for it: see above.
            case .close: break
            case .connect(let id, let delay):
                let attempt = Task { await connect(id, after: delay) }
                shared.withLock { $0.remember(attempt, for: id) }
            }
        }
    }

    private func connect(_ id: PoolState.ConnectionID, after delay: Duration) async {
        let outcome: Result<Connection, PostgresError>
        do throws(PostgresError) {
            try await pause(delay)
            outcome = .success(try await Connection.connect(to: configuration.url, within: configuration.connectLimit))
        } catch {
            outcome = .failure(error)
        }
        await carryOutAndClose(shared.withLock { $0.attemptEnded(id, outcome) })
    }
}

/// Waits, unless there is nothing to wait for.
private func pause(_ delay: Duration) async throws(PostgresError) {
    guard delay > .zero else { return }
    do { try await Task.sleep(for: delay) } catch { throw .cancelled }
}
