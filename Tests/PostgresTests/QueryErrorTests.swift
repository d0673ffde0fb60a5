// What a statement's failure says, and what becomes of the connection.
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct QueryErrorTests {
    @Test func everyFieldOfTheAnswerIsKept() async throws {
        try await withDatabase { test in
            let connection = try await test.connect()
            let error = await #expect(throws: PostgresError.self) {
                _ = try await connection.query(
                    """
                    do $$ begin
                        raise exception 'what' using errcode = 'P0042', detail = 'detail', hint = 'hint', constraint = 'name';
                    end $$
                    """,
                    within: .seconds(20)
                )
            }
            guard case .server(let message) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect((message.severity, message.sqlState, message.message) == ("ERROR", "P0042", "what"))
            #expect((message.detail, message.hint, message.constraint) == ("detail", "hint", "name"))
            #expect(message.context?.contains("inline_code_block") == true)
            #expect(error.map { "\($0)" } == "the database answered: what (SQLSTATE P0042)")
            #expect(error.map { String(reflecting: $0) }?.contains("detail: detail; hint: hint; context: ") == true)
            #expect(await connection.isSound)
            #expect(try await connection.query("select 1", within: .seconds(20))[0].get(0) == 1)
        }
    }

    @Test func constraintsAreNamedAndTheirDataIsNotShown() async throws {
        try await withDatabase { test in
            _ = try await test.pool.query("create table t (email text constraint one_each unique)")
            let insert: SQL = "insert into t values (\("someone@x.test"))"
            _ = try await test.pool.query(insert)
            let error = await #expect(throws: PostgresError.self) { _ = try await test.pool.query(insert) }
            #expect(error?.sqlState == "23505")
            #expect(error?.serverMessage?.constraint == "one_each")
            #expect(error?.serverMessage?.detail == "Key (email)=(someone@x.test) already exists.")
            #expect(error.map { "\($0)".contains("someone") } == false)
        }
    }

    @Test func theFirstCauseIsKeptWhenTheServerEnds() async throws {
        try await withDatabase { test in
            let connection = try await test.connect()
            async let answer = Result { try await connection.query("select pg_sleep(50)", within: .seconds(50)) }
            try await test.terminateRunning()
            guard case .connectionLost(let cause?, let words) = await answer.postgresError else {
                Issue.record("\(await answer)")
                return
            }
            // The server's own words; PgBouncer's "server conn crashed?" (08P01) comes after them.
            #expect((cause.severity, cause.sqlState) == ("FATAL", "57P01"))
            #expect(words.contains("server conn crashed?"))
            #expect(await !connection.isSound)
        }
    }

    @Test func thePoolersWordIsTheCauseWhereTheServerHasNone() async throws {
        try await withDatabase { test in
            let connection = try await test.connect()
            async let answer = Result { try await connection.query("select pg_sleep(50)", within: .seconds(50)) }
            try await test.waitForRunning(1)
            let console = try await Connection.connect(to: test.url.database("pgbouncer"), within: .seconds(20))
            _ = try await console.runScript("kill \(test.name)", within: .seconds(10))
            _ = try await console.runScript("resume \(test.name)", within: .seconds(10))
            let cause = await answer.postgresError?.serverMessage
            #expect((cause?.severity, cause?.sqlState, cause?.message) == ("FATAL", "08P01", "database removed"))
        }
    }

    /// Before a statement is sent there is a look whether anybody is there: then it certainly was not run.
    @Test func whatWasGoneBeforeIsToldApart() async throws {
        try await withRelayedDatabase { test, relay in
            let connection = try await Connection.connect(to: test.url(port: relay.port), within: .seconds(20))
            relay.cut()
            while relay.ended == 0 { await Task.yield() }
            let error = await Result { try await connection.query("select 1", within: .seconds(20)) }.postgresError
            guard case .gone = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect((error?.outcome, error?.retry) == (.nothing, .safe))
        }
    }

    @Test func aCutIsToldInLibpqsWords() async throws {
        try await withRelayedDatabase { test, relay in
            let connection = try await Connection.connect(to: test.url(port: relay.port), within: .seconds(20))
            async let answer = Result { try await connection.query("select pg_sleep(50)", within: .seconds(50)) }
            try await test.waitForRunning(1)
            relay.cut()
            guard case .connectionLost(let cause, let words) = await answer.postgresError else {
                Issue.record("\(await answer)")
                return
            }
            #expect(cause == nil)
            #expect(words.contains("SSL"), "\(words)")
            #expect(await !connection.isSound)
        }
    }

    @Test func aSecondStatementIsRefusedWhileOneRuns() async throws {
        try await withDatabase { test in
            let connection = try await test.connect()
            async let first = Result { try await connection.query("select pg_sleep(50)", within: .seconds(50)) }
            let processes = try await test.waitForRunning(1)
            let second = await Result { try await connection.query("select 1", within: .seconds(20)) }
            #expect(second.postgresError == .misuse("a statement began while another was under way"))
            // The first one goes on as if nothing had been, until it is cancelled.
            for process in processes { _ = try await test.asSuperuser("select pg_cancel_backend(\(process))") }
            #expect(await first.postgresError?.sqlState == "57014")
            #expect(await connection.isSound)
        }
    }

    @Test(arguments: ["copy (select 1) to stdout", "copy t from stdin"])
    func copyIsNoQuery(_ statement: String) async throws {
        try await withDatabase { test in
            _ = try await test.pool.query("create table t (a int)")
            let connection = try await test.connect()
            let answer = await Result { try await connection.query(SQL(unsafe: statement), within: .seconds(20)) }
            guard case .misuse = answer.postgresError else {
                Issue.record("\(answer)")
                return
            }
            #expect(await !connection.isSound)
        }
    }
}
