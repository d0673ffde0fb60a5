// The pool when connections break, or cannot be made.
import LocalStack
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct PoolFailureTests {
    @Test func aConnectionThatDiesInTheCallersHandsIsReplaced() async throws {
        try await withRelayedDatabase { test, relay in
            let pool = try pool(test, port: relay.port)
            for round in 1...3 {
                #expect(try await pool.query("select \(round)::int")[0].get(0) == round)
                async let answer = Result { try await pool.query("select pg_sleep(50)", within: .seconds(50)) }
                try await test.terminateRunning()
                #expect(await answer.postgresError?.sqlState == "57P01")
                #expect(relay.accepted == round)
            }
            #expect(try await pool.query("select 1")[0].get(0) == 1)
            await pool.close()
        }
    }

    /// Lost while nobody looked: the next caller does not even notice.
    @Test func aConnectionThatDiesInThePoolsHandsIsReplaced() async throws {
        try await withRelayedDatabase { test, relay in
            let pool = try pool(test, port: relay.port)
            _ = try await pool.query("select 1")
            relay.cut()
            #expect(try await pool.query("select 2")[0].get(0) == 2)
            #expect(relay.accepted == 2)
            await pool.close()
        }
    }

    @Test func aCallerThatGivesUpCostsNotEvenTheConnection() async throws {
        try await withRelayedDatabase { test, relay in
            let pool = try pool(test, port: relay.port, bound: 1)
            let slow = await Result { try await pool.query("select pg_sleep(50)", within: .milliseconds(100)) }
            #expect(slow.postgresError == .deadlineExceeded(.milliseconds(100)))
            #expect(try await pool.query("select 1")[0].get(0) == 1)
            try await test.waitForRunning(0)
            // The second is that of the request to cancel.
            #expect(relay.accepted == 2)
            await pool.close()
        }
    }

    /// Poolers block an address that tries a wrong password again and again.
    @Test func aWrongPasswordFailsAllWhoWaitAndIsNotTriedAgain() async throws {
        try await withRelayedDatabase { test, relay in
            let pool = try pool(test, port: relay.port, password: "hunter2")
            let begun = ContinuousClock.now
            let answers = await withTaskGroup(of: Result<Rows, any Error>.self) { group in
                for _ in 0..<20 { group.addTask { await Result { try await pool.query("select 1") } } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(ContinuousClock.now - begun < .seconds(15))
            for answer in answers {
                guard case .refused(let message) = answer.postgresError else {
                    Issue.record("\(answer)")
                    continue
                }
                #expect(message.message == "SASL authentication failed")
                #expect("\(answer)".contains("hunter2") == false)
            }
            // One for all; then never again, whoever asks.
            let attempts = relay.accepted
            #expect(attempts == 1)
            for _ in 0..<20 { #expect(await Result { try await pool.query("select 1") }.postgresError?.sqlState == "08P01") }
            _ = try await test.pool.query("select pg_sleep(1)")
            #expect(relay.accepted == attempts)
            await pool.close()
        }
    }

    @Test func whatCannotBeReachedIsTriedAgainUntilTheLimit() async throws {
        let reserved = try #require(LocalStack.freePort(from: 19_000))
        var configuration = Pool.Configuration(url: try ConnectionURL("postgres://postgres:hunter2@127.0.0.1:\(reserved)/postgres"))
        configuration.acquireLimit = .seconds(3)
        let pool = Pool(configuration)
        let answer = await Result { try await pool.query("select 1") }
        guard case .noConnection(.seconds(3), let because?) = answer.postgresError else {
            Issue.record("\(answer)")
            return
        }
        #expect(because.contains("Connection refused"))
        await pool.close()
    }

    @Test func closingEndsAttemptsUnderWay() async throws {
        try await Relay.with(to: nil) { relay in
            var configuration = Pool.Configuration(url: try ConnectionURL("postgres://postgres:hunter2@127.0.0.1:\(relay.port)/postgres"))
            (configuration.acquireLimit, configuration.connectLimit) = (.seconds(50), .seconds(50))
            let pool = Pool(configuration)
            async let answer = Result { try await pool.query("select 1") }
            while relay.accepted == 0 { await Task.yield() }
            await pool.close()
            #expect(await answer.postgresError == .closed)
            while relay.ended == 0 { await Task.yield() }
        }
    }

    private func pool(_ test: TestDatabase, port: Int, password: String? = nil, bound: Int = 4) throws -> Pool {
        var configuration = Pool.Configuration(url: try test.url(port: port, password: password))
        configuration.bound = bound
        configuration.acquireLimit = .seconds(40)
        configuration.connectLimit = .seconds(40)
        return Pool(configuration)
    }
}
