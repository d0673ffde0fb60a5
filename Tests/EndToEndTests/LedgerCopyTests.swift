// A ledger that is exported and imported elsewhere is the same ledger.
import LocalStack
import NIOHTTP1
import Postgres
import Storage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct LedgerCopyTests {
    private func environment(_ test: TestDatabase) -> [String: String] { ["DATABASE_URL": test.stack.url(database: test.name)] }

    /// Without ids, which each database makes of its own.
    private func ledger(_ test: TestDatabase) async throws -> [String] {
        try await test.database.query(
            """
            select concat_ws('|', metric_name, source_name, account_ref, metric_date, metric_value, presence, import_id, coalesce(meta, '{}'), created_at)
            from metrics order by metric_name, source_name, account_ref, metric_date, created_at
            """
        ).map { try $0.get(0) }
    }

    @Test func exportedEntriesMakeTheSameLedger() async throws {
        try await TestDatabase.with { from in
            for arguments in [
                ["users", "add", "a@x.test"],
                ["import", "-", "--user", "a@x.test", "--source", "ga4", "--account", "Shop, \"main\""],
                [
                    "correct", "sessions", "2026-01-02", "7.25", "--user", "a@x.test", "--source", "ga4", "--account", "Shop, \"main\"",
                    "--note", "ä \"b\"",
                ],
                [
                    "correct", "sessions", "2026-01-02", "7.5", "--user", "a@x.test", "--source", "ga4", "--account", "Shop, \"main\"",
                    "--note", "c",
                ],
            ] {
                let input = arguments[0] == "import" ? "date,sessions\n2026-01-01,5\n2026-01-02,6\n" : ""
                let outcome = try await Binary.run(arguments, environment: environment(from), input: input)
                #expect(outcome.status == 0, "\(arguments): \(outcome.error)")
            }
            // What somebody's SQL wrote, under names that are not ours.
            _ = try await from.database.query(
                """
                insert into metrics (user_id, source_name, metric_date, metric_name, metric_value, meta)
                select id, 'Google Analytics!', '2026-01-01', 'Total Sessions', 9, null from users
                """
            )
            let exported = try await Binary.run(["export", "--entries", "--user", "a@x.test"], environment: environment(from))
            #expect(exported.status == 0 && exported.output.split(separator: "\n").count == 6, "\(exported.error)")
            try await TestDatabase.with { to in
                _ = try await Users(to.database).add(email: "b@x.test")
                let restore = ["import", "-", "--entries", "--user", "b@x.test"]
                let first = try await Binary.run(restore, environment: environment(to), input: exported.output)
                #expect(first.output == "Wrote 5 of 5 entries; the others were there already.\n", "\(first.error)")
                #expect(try await ledger(to) == (try await ledger(from)))
                #expect(try await ledger(to).count == 5)
                let second = try await Binary.run(restore, environment: environment(to), input: exported.output)
                #expect(second.output == "Wrote 0 of 5 entries; the others were there already.\n", "\(second.error)")
                let points = ["export", "--format", "ndjson", "--user"]
                let here = try await Binary.run(points + ["b@x.test"], environment: environment(to))
                #expect(here.output == (try await Binary.run(points + ["a@x.test"], environment: environment(from)).output))
                #expect(here.output.hasSuffix(#""day":"2026-01-02","value":7.5}"# + "\n"))
                // A later import goes on where the copied ledger ends, and a copy of what is older is refused then.
                _ = try await to.database.query(
                    "insert into metrics (user_id, source_name, account_ref, metric_date, metric_name, metric_value) select user_id, source_name, account_ref, '2026-01-09', 'views', 1 from metrics limit 1"
                )
                let refused = try await Binary.run(restore, environment: environment(to), input: exported.output)
                #expect(refused.status == 65 && refused.error.contains("two histories can't be mixed"), "\(refused.error)")
                #expect(try await ledger(to).count == 6)
            }
        }
    }

    @Test(arguments: [
        ("", "line 1: the file is empty"), ("metric,day\n", "line 1: the header is not metric,source"),
        ("sessions,s,,2026-01-01,1,1,,{},\nsessions,s,,2026-02-30,1,1,,{},\n", #"line 3: "2026-02-30" is no day"#),
        ("sessions,s,,2026-01-01,NaN,1,,{},\n", #"line 2: "NaN" is no value"#),
        ("sessions,s,,2026-01-01,1,one,,{},\n", #"line 2: "one" is no presence"#),
        ("sessions,s,,2026-01-01,1,1,x,{},\n", #"line 2: "x" is no import_id"#),
        ("sessions,s,,2026-01-01,1,1,,{,\n", #"line 2: "{" is no meta"#),
        ("sessions,s,,2026-01-01,1,1,,{},now\n", #"line 2: "now" is no created_at"#),
        ("sessions,s\n", "line 2: it has 2 fields"),
    ])
    func aBadLineIsNamedAndNothingIsWritten(_ lines: String, _ words: String) async throws {
        try await TestDatabase.with { test in
            _ = try await Users(test.database).add(email: "a@x.test")
            let header =
                lines.hasPrefix("metric") || lines.isEmpty ? "" : "metric,source,account,day,value,presence,import_id,meta,created_at\n"
            let outcome = try await Binary.run(
                ["import", "-", "--entries", "--user", "a@x.test"],
                environment: environment(test),
                input: header + lines
            )
            #expect(outcome.status == 65)
            #expect(outcome.error.contains(words), "\(outcome.error)")
            #expect(try await ledger(test).isEmpty)
        }
    }

    @Test func theRouteStreamsTheSame() async throws {
        try await TestDatabase.with { test in
            _ = try await Users(test.database).add(email: "a@x.test")
            _ = try await test.database.query(
                """
                insert into metrics (user_id, source_name, metric_date, metric_name, metric_value)
                select id, 's', '2026-01-01'::date + d, 'sessions', d from users cross join generate_series(0, 11999) d
                """
            )
            let file = try await Binary.run(["export", "--user", "a@x.test"], environment: environment(test))
            #expect(file.output.split(separator: "\n").count == 12_001)
            _ = try await RunningBinary.serving(test.settings()) { client in
                let answer = try await client.get("/v1/export?user=a@x.test", key: TestDatabase.serviceKey)
                #expect(answer.status == 200 && answer.body == file.output)
                #expect(answer.headers.first(name: "transfer-encoding") == "chunked")
            }
        }
    }
}
