// The pool lends few connections to many callers, each for as long as the caller may wait.
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct PoolTests {
    @Test func theBoundHoldsUnderAHundredCallers() async throws {
        try await withRelayedDatabase { test, relay in
            let pool = try pool(test, relay, bound: 3)
            let lent = Lent()
            try await withThrowingTaskGroup(of: Int.self) { group in
                for caller in 0..<100 {
                    group.addTask {
                        try await pool.withConnection { connection in
                            await lent.add(1)
                            let row = try await connection.query("select \(caller)::int from pg_sleep(0.03)", within: .seconds(20))[0]
                            await lent.add(-1)
                            return try row.get(0)
                        }
                    }
                }
                let sum = try await group.reduce(0, +)
                #expect(sum == 4950)
            }
            #expect(await lent.most == 3)
            #expect(relay.accepted == 3)
            await pool.close()
        }
    }

    @Test(arguments: [Duration.zero, .milliseconds(100)])
    func aCallerWaitsNoLongerThanTheLimit(_ limit: Duration) async throws {
        try await withDatabase { test in
            let pool = try pool(test, nil, bound: 1, acquireLimit: limit)
            try await occupied(pool) {
                for _ in 0..<2000 where limit == .zero {
                    #expect(await Result { try await pool.query("select 1") }.postgresError == .noConnection(after: limit, because: nil))
                }
                let begun = ContinuousClock.now
                #expect(await Result { try await pool.query("select 1") }.postgresError == .noConnection(after: limit, because: nil))
                #expect((limit...(.seconds(15))).contains(ContinuousClock.now - begun))
            }
            await pool.close()
        }
    }

    @Test func aWaitingCallerCanBeCancelled() async throws {
        try await withDatabase(bound: 1) { test in
            try await test.pool.withConnection { _ in
                for round in 0..<50 {
                    let waiting = Task { await Result { try await test.pool.query("select 1") } }
                    // Now before it waits, now while it does.
                    for _ in 0..<round % 10 { await Task.yield() }
                    waiting.cancel()
                    #expect(await waiting.value.postgresError == .cancelled)
                }
            }
            #expect(try await test.pool.query("select 1")[0].get(0) == 1)
        }
    }

    @Test func closingTellsWhoWaitsAndClosesWhatComesBack() async throws {
        try await withDatabase(bound: 1) { test in
            let (waiting, lent) = try await test.pool.withConnection { connection in
                let waiting = (0..<3).map { _ in Task { await Result { try await test.pool.query("select 1") } } }
                while test.pool.usage.waiting < 3 { await Task.yield() }
                await test.pool.close()
                for task in waiting { #expect(await task.value.postgresError == .closed) }
                // What is lent stays good until it comes back.
                let answer = try await connection.query("select 5", within: .seconds(20))
                #expect(try answer[0].get(0) == 5)
                return (waiting.count, connection)
            }
            #expect(waiting == 3)
            #expect(await Result { try await test.pool.query("select 1") }.postgresError == .closed)
            // The pool closes it in a task of its own.
            let deadline = ContinuousClock.now + .seconds(20)
            while await lent.isSound, ContinuousClock.now < deadline { await Task.yield() }
            #expect(await !lent.isSound)
        }
    }

    @Test func theBodysErrorComesOutAndTheConnectionGoesOn() async throws {
        try await withRelayedDatabase { test, relay in
            let pool = try pool(test, relay, bound: 1)
            for _ in 0..<3 {
                await #expect(throws: Boom()) { try await pool.withConnection { _ in throw Boom() } }
                await #expect(throws: Boom()) { try await pool.transaction { _ in throw Boom() } }
                _ = await Result { try await pool.query("select 1 / 0") }
            }
            #expect(relay.accepted == 1)
            await pool.close()
        }
    }

    /// Runs the body while the only connection is lent. To make it may take longer than a caller waits.
    private func occupied(_ pool: Pool, _ body: () async throws -> Void) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            do {
                return try await pool.withConnection { _ in try await body() }
            } catch PostgresError.noConnection {
                await Task.yield()
            }
        }
        Issue.record("the pool never had a connection")
    }

    private func pool(_ test: TestDatabase, _ relay: Relay?, bound: Int, acquireLimit: Duration = .seconds(40)) throws -> Pool {
        var configuration = Pool.Configuration(url: try test.url(port: relay?.port ?? test.url.port))
        configuration.bound = bound
        configuration.acquireLimit = acquireLimit
        configuration.connectLimit = .seconds(40)
        return Pool(configuration)
    }
}

/// Counts what is out at the same time.
private actor Lent {
    private var now = 0
    private(set) var most = 0

    func add(_ change: Int) {
        now += change
        most = max(most, now)
    }
}
