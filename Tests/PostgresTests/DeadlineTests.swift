// Giving up: at the deadline, and when nobody waits any more. The statement is stopped on the server too.
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct DeadlineTests {
    @Test(arguments: 1...3)
    func aSlowStatementEndsAtTheDeadlineHereAndThere(_ round: Int) async throws {
        try await withDatabase { test in
            let connection = try await test.connect()
            _ = try await connection.query("create sequence begun", within: .seconds(20))
            let limit = Duration.seconds(1)
            let begun = ContinuousClock.now
            await #expect(throws: PostgresError.deadlineExceeded(limit)) {
                _ = try await connection.query("select nextval('begun'), pg_sleep(50)", within: limit)
            }
            #expect((limit...(.seconds(15))).contains(ContinuousClock.now - begun))
            #expect(await !connection.isSound)
            try await test.waitForRunning(0)
            // Stopped and proven, the connection is good for more.
            #expect(await connection.settled())
            #expect(try await connection.query("select 7", within: .seconds(20))[0].get(0) == 7)
            // It had begun there: a sequence forgets nothing.
            #expect(try await test.pool.query("select is_called from begun")[0].get(0) == true)
        }
    }

    @Test(arguments: 1...3)
    func aCancelledStatementEndsHereAndThere(_ round: Int) async throws {
        try await withDatabase { test in
            let connection = try await test.connect()
            let task = Task { await Result { try await connection.query("select pg_sleep(50)", within: .seconds(50)) } }
            try await test.waitForRunning(1)
            let begun = ContinuousClock.now
            task.cancel()
            #expect(await task.value.postgresError == .cancelled)
            #expect(ContinuousClock.now - begun < .seconds(15))
            #expect(await !connection.isSound)
            try await test.waitForRunning(0)
            #expect(await connection.settled())
        }
    }

    @Test func aCancelledTaskBeginsNothing() async throws {
        try await withDatabase { test in
            let connection = try await test.connect()
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await Result { try await connection.query("select 1", within: .seconds(20)) }
            }
            #expect(await task.value.postgresError == .cancelled)
            #expect(await connection.isSound)
        }
    }

    /// Nothing answers any more, the request to cancel included.
    @Test func aSilentPoolerHoldsNobodyUp() async throws {
        try await withRelayedDatabase { test, relay in
            let connection = try await Connection.connect(to: test.url(port: relay.port), within: .seconds(20))
            relay.stall()
            let begun = ContinuousClock.now
            await #expect(throws: PostgresError.deadlineExceeded(.milliseconds(100))) {
                _ = try await connection.query("select 1", within: .milliseconds(100))
            }
            #expect(ContinuousClock.now - begun < .seconds(15))
            // What can't be proven is dropped.
            #expect(await !connection.settled())
            while relay.ended == 0 { await Task.yield() }
            #expect(try await test.pool.query("select 1")[0].get(0) == 1)
        }
    }

    /// In a transaction all of it is undone, and nothing stays open in the pooler's session.
    @Test func aDeadlineInATransactionRollsItBack() async throws {
        try await withDatabase { test in
            let connection = try await test.connect()
            _ = try await connection.query("create table t (a int)", within: .seconds(20))
            let limit = Duration.milliseconds(200)
            await #expect(throws: PostgresError.deadlineExceeded(limit)) {
                try await connection.transaction(within: .seconds(20)) { transaction in
                    try await transaction.query("insert into t values (1)")
                    try await transaction.query("select pg_sleep(50)", within: limit)
                }
            }
            #expect(await connection.settled())
            #expect(try await connection.query("select count(*) from t", within: .seconds(20))[0].get(0) == 0)
        }
    }

    @Test func closingEndsTheStatementUnderWay() async throws {
        try await withDatabase { test in
            let connection = try await test.connect()
            async let answer = Result { try await connection.query("select pg_sleep(50)", within: .seconds(50)) }
            try await test.waitForRunning(1)
            let begun = ContinuousClock.now
            await connection.close()
            guard case .connectionLost = await answer.postgresError else {
                Issue.record("\(await answer)")
                return
            }
            #expect(ContinuousClock.now - begun < .seconds(15))
        }
    }
}
