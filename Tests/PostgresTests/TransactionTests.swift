// All of the body or nothing.
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct TransactionTests {
    @Test func commits() async throws {
        try await withTable { test, connection in
            let result = try await connection.transaction(within: .seconds(20)) { transaction in
                try await transaction.query("insert into t values (1)")
                try await transaction.runScript("insert into t values (2); insert into t values (3)")
                return "done"
            }
            #expect(result == "done")
            try await expectRows(test, [1, 2, 3])
            #expect(await connection.isSound)
        }
    }

    @Test func rollsBackWhenTheBodyThrows() async throws {
        try await withTable { test, connection in
            await #expect(throws: Boom()) {
                try await connection.transaction(within: .seconds(20)) { transaction in
                    try await transaction.query("insert into t values (1)")
                    throw Boom()
                }
            }
            #expect(await connection.isSound)
            try await expectRows(test, [])
        }
    }

    @Test func rollsBackWhenAStatementFails() async throws {
        try await withTable { test, connection in
            let error = await #expect(throws: PostgresError.self) {
                try await connection.transaction(within: .seconds(20)) { transaction in
                    try await transaction.query("insert into t values (1)")
                    try await transaction.query("insert into t values (1)")
                }
            }
            #expect(error?.sqlState == "23505")
            #expect(await connection.isSound)
            try await expectRows(test, [])
        }
    }

    @Test func aSwallowedErrorIsNoSuccess() async throws {
        try await withTable { test, connection in
            await #expect(throws: PostgresError.misuse("a statement of the transaction failed and its error was ignored")) {
                try await connection.transaction(within: .seconds(20)) { transaction in
                    try await transaction.query("insert into t values (1)")
                    _ = await Result { try await transaction.query("select 1 / 0") }
                }
            }
            #expect(await connection.isSound)
            try await expectRows(test, [])
        }
    }

    /// A constraint that is checked at the end.
    @Test func aFailingCommitIsTold() async throws {
        try await withTable { test, connection in
            let error = await #expect(throws: PostgresError.self) {
                try await connection.transaction(within: .seconds(20)) { try await $0.query("insert into late values (1), (1)") }
            }
            #expect(error?.sqlState == "23505")
            #expect(await connection.isSound)
        }
    }

    @Test func aConnectionThatCannotRollBackIsClosed() async throws {
        try await withTable { test, connection in
            await #expect(throws: Boom()) {
                try await connection.transaction(within: .seconds(20)) { transaction in
                    try await transaction.query("insert into t values (1)")
                    try await test.terminateRunning()
                    throw Boom()
                }
            }
            #expect(await !connection.isSound)
            try await expectRows(test, [])
        }
    }

    /// Cancelled between the last statement and COMMIT: nothing may stay open for whoever uses the connection next.
    @Test func aCancelledBodyLeavesNothingOpen() async throws {
        try await withTable { test, connection in
            let task = Task {
                await Result {
                    try await connection.transaction(within: .seconds(20)) { transaction in
                        try await transaction.query("insert into t values (1)")
                        withUnsafeCurrentTask { $0?.cancel() }
                    }
                }
            }
            #expect(await task.value.postgresError == .cancelled)
            #expect(await connection.settled())
            try await connection.transaction(within: .seconds(20)) { _ in }
            try await expectRows(test, [])
        }
    }

    /// What comes after a statement that was given up would be outside the transaction: it is refused, and nothing is kept.
    @Test func aBodyThatGoesOnAfterADeadlineIsStopped() async throws {
        try await withTable { test, connection in
            let answer = await Result {
                try await connection.transaction(within: .seconds(20)) { transaction in
                    try await transaction.query("insert into t values (1)")
                    _ = await Result { try await transaction.query("select pg_sleep(50)", within: .milliseconds(100)) }
                    #expect(await connection.settled())
                    _ = await Result { try await transaction.query("insert into t values (2)") }
                }
            }
            guard case .misuse = answer.postgresError else {
                Issue.record("\(answer)")
                return
            }
            try await expectRows(test, [])
        }
    }

    private func withTable(_ body: (TestDatabase, Connection) async throws -> Void) async throws {
        try await withDatabase { test in
            _ = try await test.pool.query("create table t (a int primary key)")
            _ = try await test.pool.query("create table late (a int unique deferrable initially deferred)")
            try await body(test, test.connect())
        }
    }

    private func expectRows(_ test: TestDatabase, _ expected: [Int], at location: SourceLocation = #_sourceLocation) async throws {
        let rows: [Int] = try await test.pool.query("select a from t order by a").map { try $0.get(0) }
        #expect(rows == expected, sourceLocation: location)
    }
}
