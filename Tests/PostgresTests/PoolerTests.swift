// Nothing of ours depends on a session: the pooler gives each transaction whichever server connection is free.
import LocalStack
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct PoolerTests {
    /// With named statements this ends in 26000 or 42P05 as soon as server connections change hands.
    @Test func manyClientsShareFewServerConnections() async throws {
        try await withDatabase { test in
            let servers = try await withThrowingTaskGroup(of: Set<Int>.self) { group in
                for client in 0..<40 {
                    group.addTask {
                        let connection = try await test.connect()
                        var servers: Set<Int> = []
                        for turn in 0..<8 {
                            let other = client * 100 + turn
                            let row = try await connection.query(
                                "select \(unsafe: "\(other)") + \(turn)::int, pg_backend_pid(), \(["\(client)"])::text[]",
                                within: .seconds(20)
                            )[0]
                            #expect(try row.get(0) == other + turn)
                            #expect(try row.get(2) == ["\(client)"])
                            servers.insert(try row.get(1))
                        }
                        await connection.close()
                        return servers
                    }
                }
                return try await group.reduce(into: Set()) { $0.formUnion($1) }
            }
            #expect((1...15).contains(servers.count), "\(servers.count) server connections")
        }
    }

    @Test func theSameStatementFiftyTimes() async throws {
        try await withDatabase { test in
            let (one, other) = (try await test.connect(), try await test.connect())
            for turn in 0..<50 {
                let sql: SQL = "select \(turn)::int + 1"
                #expect(try await one.query(sql, within: .seconds(20))[0].get(0) == turn + 1)
                #expect(try await other.query(sql, within: .seconds(20))[0].get(0) == turn + 1)
            }
            let prepared: Int = try await one.query("select count(*) from pg_prepared_statements where name <> ''", within: .seconds(20))[0]
                .get(0)
            #expect(prepared == 0)
        }
    }

    /// Supavisor writes to idle connections once a minute. PostgreSQL does on request: the connection reads it and goes on.
    @Test func whatComesUnaskedIsTakenIn() async throws {
        try await withDatabase { test in
            let direct = try ConnectionURL(test.stack.url(database: test.name, through: .direct))
            let connection = try await Connection.connect(to: direct, within: .seconds(20))
            // pooler-lint: allow it goes past the pooler, and wants to be written to
            _ = try await connection.query("listen heartbeat", within: .seconds(20))
            for beat in 1...3 {
                _ = try await test.asSuperuser("notify heartbeat")
                #expect(try await connection.query("select \(beat)::int", within: .seconds(20))[0].get(0) == beat)
            }
            #expect(await connection.isSound)
            await connection.close()
        }
    }

    @Test func settingsEndWithTheirTransaction() async throws {
        try await withDatabase { test in
            let connection = try await test.connect()
            let first = try await connection.transaction(within: .seconds(20)) { transaction in
                try await transaction.set("app.who", to: "someone")
                try await transaction.set("statement_timeout", to: "7s")
                return try await transaction.query(
                    "select current_setting('app.who'), current_setting('statement_timeout'), pg_backend_pid()"
                )[0]
            }
            #expect((try first.get(0), try first.get(1)) == ("someone", "7s"))
            let next = try await connection.query(
                "select current_setting('app.who', true), current_setting('statement_timeout'), pg_backend_pid()",
                within: .seconds(20)
            )[0]
            // The same session: what would leak is seen. A custom setting stays behind as an empty text.
            #expect(try next.get(2, as: Int.self) == first.get(2, as: Int.self))
            #expect((try next.get(0), try next.get(1)) == ("", "2min"))
        }
    }
}
