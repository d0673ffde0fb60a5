// A transaction that is known beforehand is one round trip, and leaves nothing of its tenant behind.
import LocalStack
import TestSupport
import Testing

@testable import Postgres

@Suite(.timeLimit(.minutes(10))) struct OneTripTests {
    @Test func beginSettingsQueryAndCommitAreOneRoundTrip() async throws {
        try await withRelayedDatabase { test, relay in
            let connection = try await Connection.connect(to: test.url(port: relay.port), within: .seconds(20))
            _ = try await connection.query("create table t (a text)", within: .seconds(20))
            let before = relay.turns
            let settings = TransactionSettings(values: [("request.jwt.claims", "{\"sub\": \"it's me\"}")], statementLimit: .seconds(7))
            let rows = try await connection.transaction(
                [
                    "insert into t select current_setting('request.jwt.claims')",
                    "select a, current_setting('statement_timeout') from t",
                ],
                under: settings,
                within: .seconds(20)
            )
            #expect(relay.turns == before + 1)
            #expect(rows.map(\.affected) == [1, 1])
            #expect((try rows[1][0].get(0), try rows[1][0].get(1)) == ("{\"sub\": \"it's me\"}", "7s"))
            // Committed, and the session knows nothing of it.
            let after = try await connection.query(
                "select count(*), current_setting('request.jwt.claims', true) from t",
                within: .seconds(20)
            )
            #expect((try after[0].get(0), try after[0].get(1)) == (1, ""))
        }
    }

    @Test func aFailureUndoesAllAndTheConnectionIsSound() async throws {
        try await withDatabase { test in
            let connection = try await test.connect()
            _ = try await connection.query("create table t (a int primary key)", within: .seconds(20))
            for statements: [SQL] in [
                ["insert into t values (1)", "select 1 / 0"], ["insert into t values (2), (2)", "select 1"],
            ] {
                let answer = await Result {
                    try await connection.transaction(statements, under: TransactionSettings(), within: .seconds(20))
                }
                guard case .server = answer.postgresError else {
                    Issue.record("\(answer)")
                    continue
                }
                #expect(await connection.isSound)
            }
            #expect(try await connection.query("select count(*) from t", within: .seconds(20))[0].get(0) == 0)
        }
    }

    @Test func aStatementThatEndsItIsTold() async throws {
        try await withDatabase { test in
            let answer = await Result { try await test.pool.transaction(["select 1", "commit", "select 2"]) }
            guard case .misuse = answer.postgresError else {
                Issue.record("\(answer)")
                return
            }
        }
    }

    /// Row-level security by claims: each tenant sees his rows, whichever session the pooler gives him.
    @Test func eachTenantSeesHisRows() async throws {
        try await withDatabase(bound: 2) { test in
            _ = try await test.pool.transaction([
                "create table t (tenant text, a int)",
                "insert into t select n::text, n from generate_series(1, 20) n",
                "alter table t enable row level security",
                "create policy own on t using (tenant = nullif(current_setting('request.jwt.claims', true), '')::json ->> 'sub')",
                "grant select on t to authenticated",
            ])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for turn in 0..<400 {
                    group.addTask {
                        let tenant = turn % 20 + 1
                        let settings = TransactionSettings(
                            role: "authenticated",
                            values: [("request.jwt.claims", "{\"sub\": \"\(tenant)\"}")],
                            isReadOnly: true
                        )
                        let rows = try await test.pool.transaction(["select a from t"], under: settings)[0]
                        #expect(try rows.map { try $0.get(0, as: Int.self) } == [tenant])
                    }
                }
                try await group.waitForAll()
            }
            // Nobody's claims, nobody's role.
            #expect(try await test.pool.query("select current_user::text")[0].get(0) == "postgres")
        }
    }

    @Test func aReadOnlyTransactionWritesNothing() async throws {
        try await withDatabase { test in
            _ = try await test.pool.query("create table t (a int)")
            let answer = await Result {
                try await test.pool.transaction(["insert into t values (1)"], under: TransactionSettings(isReadOnly: true))
            }
            #expect(answer.postgresError?.sqlState == "25006")
        }
    }

    /// Behind a hosted pooler a second Sync has given rows of another query: it is not sent, whatever bug asks for it.
    @Test func aSecondSyncInFlightEndsTheProcess() async throws {
        try await withDatabase { test in
            let url = test.stack.url(database: test.name)
            await #expect(processExitsWith: .failure) { [url = url as String] in
                let connection = try await Connection.connect(to: ConnectionURL(url), within: .seconds(20))
                for _ in 0..<2 { try await connection.sent { handle in handle.send("select 1", parameters: []) } }
            }
        }
    }
}
