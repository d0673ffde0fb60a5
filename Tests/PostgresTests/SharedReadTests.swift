// Reads that wait in the same moment go out together, and nobody notices but the clock.
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct SharedReadTests {
    /// A batch is one transaction: `now()` is the moment in which it began.
    @Test func whatWaitsWhileABatchIsOutGoesOutTogether() async throws {
        try await withDatabase(bound: 1) { test in
            let moments = try await behindASlowRead(test) { try await test.pool.read("select now()::text")[0].get(0, as: String.self) }
            #expect(moments.count == 20)
            #expect(Set(moments.compactMap { try? $0.get() }).count == 1)
        }
    }

    @Test func eachGetsItsOwnAnswer() async throws {
        try await withDatabase(bound: 2) { test in
            let sum = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<500 {
                    group.addTask {
                        let row = try await test.pool.read("select \(number)::int, \("text \(number)")::text")[0]
                        #expect(try row.get(1) == "text \(number)")
                        return try row.get(0)
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(sum == 124_750)
        }
    }

    @Test func nobodyMeetsHisNeighboursError() async throws {
        try await withDatabase(bound: 1) { test in
            let answers = try await behindASlowRead(test) { number in
                try await test.pool.read("select 10 / (\(number)::int % 5)")[0].get(0, as: Int.self)
            }
            for (number, answer) in answers.enumerated() {
                if number % 5 == 0 {
                    #expect(answer.postgresError?.sqlState == "22012", "\(number)")
                } else {
                    #expect(try answer.get() == 10 / (number % 5), "\(number)")
                }
            }
        }
    }

    /// What can't even be sent spoils nothing for the others.
    @Test func aReadThatCannotBeSentFailsAlone() async throws {
        try await withDatabase(bound: 1) { test in
            let answers = try await behindASlowRead(test) { number in
                try await test.pool.read("select \(number == 7 ? "a\0b" : "ab")::text")[0].get(0, as: String.self)
            }
            #expect(answers[7].postgresError?.sqlState == "22021")
            #expect(answers.filter { (try? $0.get()) == "ab" }.count == 19)
        }
    }

    /// The server takes no such time limit: the statement before the read fails, and whoever asked hears why.
    @Test func aFailureBeforeTheReadIsItsAnswer() async throws {
        try await withDatabase(bound: 1) { test in
            let error = await #expect(throws: PostgresError.self) { try await test.pool.read("select 1", within: .seconds(1_000_000_000)) }
            #expect(error?.sqlState == "22023")
        }
    }

    /// Alone again, behind a neighbour that failed, it may write no more than before.
    @Test func aReadThatWritesIsRefusedBehindAFailureToo() async throws {
        try await withDatabase(bound: 1) { test in
            _ = try await test.pool.query("create table t (a int)")
            let answers = try await behindASlowRead(test, count: 5) { number in
                try await test.pool.read(number == 0 ? "select 1 / 0" : "insert into t values (1)").affected
            }
            #expect(answers.count { $0.postgresError?.sqlState == "25006" } == 4)
            #expect(try await test.pool.read("select count(*) from t")[0].get(0) == 0)
        }
    }

    /// The slow one alone is told of its deadline: its neighbours had the same.
    @Test func aSlowNeighbourCostsNobodyHisAnswer() async throws {
        try await withDatabase(bound: 1) { test in
            let answers = try await behindASlowRead(test, count: 4) { number in
                try await test.pool.read("select \(number)::int from pg_sleep(\(number == 1 ? 50 : 0)::int)", within: .seconds(1))[0]
                    .get(0, as: Int.self)
            }
            #expect(answers[1].postgresError == .deadlineExceeded(.seconds(1)))
            for number in [0, 2, 3] { #expect(try answers[number].get() == number) }
        }
    }

    /// Two are out together; one of them goes away and the other is answered.
    @Test func whoGoesAwayFromAFlightLeavesTheOthers() async throws {
        try await withDatabase(bound: 1) { test in
            let answers = try await behindASlowRead(test, count: 2) { number in
                let read = Task { try await test.pool.read("select \(number)::int from pg_sleep(1)")[0].get(0, as: Int.self) }
                if number == 0 {
                    var isOut = false
                    while !isOut {
                        isOut =
                            try await test.asSuperuser(
                                "select 1 from pg_stat_activity where state = 'active' and query like 'select $1::int from pg\\_sleep(1)'"
                            ).count > 0
                    }
                    read.cancel()
                }
                return try await read.value
            }
            #expect(answers[0].postgresError == .cancelled)
            #expect(try answers[1].get() == 1)
        }
    }

    @Test func aReadThatWritesIsRefused() async throws {
        try await withDatabase { test in
            _ = try await test.pool.query("create table t (a int)")
            #expect(await Result { try await test.pool.read("insert into t values (1)") }.postgresError?.sqlState == "25006")
            #expect(try await test.pool.read("select count(*) from t")[0].get(0) == 0)
            // Nothing of it stays in the session.
            _ = try await test.pool.query("insert into t values (1)")
            let settings = try await test.pool.query(
                "select current_setting('transaction_read_only'), current_setting('statement_timeout')"
            )[0]
            #expect((try settings.get(0), try settings.get(1)) == ("off", "2min"))
        }
    }

    /// The one whose time is over is told; the other goes on with what time it has.
    @Test func aShortLimitEndsOnlyItsOwnRead() async throws {
        try await withDatabase(bound: 1) { test in
            let answers = try await behindASlowRead(test, count: 2) { number in
                try await test.pool.read("select pg_sleep(1), \(number)::int", within: number == 0 ? .milliseconds(100) : .seconds(20))[0]
                    .get(1, as: Int.self)
            }
            #expect(answers[0].postgresError == .deadlineExceeded(.milliseconds(100)))
            #expect(try answers[1].get() == 1)
        }
    }

    @Test func whoGoesAwayFromABatchLeavesTheOthers() async throws {
        try await withDatabase(bound: 1) { test in
            let slow = Task { await Result { try await test.pool.read("select pg_sleep(50)") } }
            try await test.waitForRunning(1)
            let (leaver, stayer) = (
                Task { await Result { try await test.pool.read("select 1") } },
                Task { await Result { try await test.pool.read("select 2") } }
            )
            leaver.cancel()
            #expect(await leaver.value.postgresError == .cancelled)
            // Nobody waits for the slow one any more: it is stopped on the server, and the next goes out.
            slow.cancel()
            #expect(await slow.value.postgresError == .cancelled)
            try await test.waitForRunning(0)
            #expect(try await stayer.value.get()[0].get(0) == 2)
        }
    }

    /// A process may end behind it, and half a request to cancel would be left to the pooler.
    @Test func closingWaitsUntilWhatWasGivenUpIsStopped() async throws {
        try await withRelayedDatabase { test, relay in
            let asks: [@Sendable (Pool) async throws -> Void] = [
                { pool in _ = try await pool.read("select pg_sleep(50)") },
                { pool in _ = try await pool.query("select pg_sleep(50)", within: .seconds(50)) },
            ]
            for ask in asks {
                let before = relay.accepted
                let pool = Pool(.init(url: try test.url(port: relay.port)))
                let task = Task { await Result { try await ask(pool) } }
                try await test.waitForRunning(1)
                task.cancel()
                #expect(await task.value.postgresError == .cancelled)
                await pool.close()
                // The pool's own connection, and the one that asked to cancel.
                #expect(relay.accepted == before + 2)
                #expect(try await test.runningProcesses() == [])
            }
        }
    }

    /// The connection is lost while it settles behind a caller who has gone: it is dropped, and its place is free again.
    @Test(arguments: 1...3)
    func aLossWhileSettlingCostsTheConnectionOnly(_ round: Int) async throws {
        try await withRelayedDatabase { test, relay in
            var configuration = Pool.Configuration(url: try test.url(port: relay.port))
            (configuration.bound, configuration.acquireLimit) = (1, .seconds(40))
            let pool = Pool(configuration)
            let task = Task { await Result { try await pool.read("select pg_sleep(50)") } }
            try await test.waitForRunning(1)
            task.cancel()
            relay.cut()
            #expect(await task.value.postgresError == .cancelled)
            #expect(try await pool.read("select 3")[0].get(0) == 3)
            let usage = pool.usage
            #expect([usage.idle, usage.lent, usage.opening, usage.waiting] == [1, 0, 0, 0])
            await pool.close()
        }
    }

    /// A read is asked once more when its connection is lost.
    @Test func aLostConnectionIsNotTheReadersAffair() async throws {
        try await withRelayedDatabase { test, relay in
            var configuration = Pool.Configuration(url: try test.url(port: relay.port))
            configuration.acquireLimit = .seconds(40)
            let pool = Pool(configuration)
            _ = try await pool.query("create sequence asked")
            _ = try await pool.query("create function ask() returns int language plpgsql as 'begin perform pg_sleep(1); return 8; end'")
            async let answer = Result { try await pool.read("select ask()")[0].get(0, as: Int.self) }
            try await test.waitForRunning(1)
            relay.cut()
            #expect(try await answer.get() == 8)
            #expect(relay.accepted == 2)
            await pool.close()
        }
    }

    /// Many TLS records in each of many answers: a poll loop that waits for the socket while OpenSSL holds the rest would stall.
    @Test func largeAnswersShareABatch() async throws {
        try await withDatabase(bound: 1) { test in
            let sizes = try await behindASlowRead(test, count: 8) { number in
                let size = 1_000_000 + number * 16_384 + number
                let text: String = try await test.pool.read("select repeat('x', \(size)::int)", within: .seconds(40))[0].get(0)
                return text.utf8.count - size
            }
            #expect(sizes.allSatisfy { (try? $0.get()) == 0 })
        }
    }

    /// Runs the bodies while the only connection is out, until all of them wait; their results in order.
    private func behindASlowRead<R: Sendable>(
        _ test: TestDatabase,
        count: Int = 20,
        _ body: @escaping @Sendable (Int) async throws -> R
    ) async throws -> [Result<R, any Error>] {
        let slow = Task { await Result { try await test.pool.read("select pg_sleep(50)") } }
        try await test.waitForRunning(1)
        let answers = await withTaskGroup(of: (Int, Result<R, any Error>).self) { group in
            for number in 0..<count { group.addTask { (number, await Result { try await body(number) }) } }
            while test.pool.usage.waiting < count { await Task.yield() }
            slow.cancel()
            return await group.reduce(into: [Int: Result<R, any Error>]()) { $0[$1.0] = $1.1 }
        }
        #expect(await slow.value.postgresError == .cancelled)
        return (0..<count).compactMap { answers[$0] }
    }

    private func behindASlowRead<R: Sendable>(_ test: TestDatabase, _ body: @escaping @Sendable () async throws -> R) async throws
        -> [Result<R, any Error>]
    {
        try await behindASlowRead(test) { _ in try await body() }
    }
}
