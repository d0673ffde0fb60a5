// `query`, `correct`, `doctor --deep` and their routes, as they are typed and sent.
import LocalStack
import Postgres
import Storage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct QueryTests {
    private static let question = [
        "query", "sessions", "reach", "--user", "a@x.test", "--date-range", "2026-01-01,2026-01-03", "--compare", "previous_year",
        "--as-of", "2026-03-01T00:00:00Z",
    ]

    private func withNumbers(_ body: (TestDatabase, [String: String]) async throws -> Void) async throws {
        try await TestDatabase.with { test in
            _ = try await Users(test.database).add(email: "a@x.test")
            _ = try await test.database.query(
                """
                insert into metrics (user_id, source_name, metric_date, metric_name, metric_value, created_at)
                select id, 'ga4', d::date, m, v, '2026-02-01' from users, (values
                  ('2026-01-01', 'sessions', 1.5), ('2026-01-02', 'sessions', 0), ('2026-01-03', 'sessions', 2.5), ('2025-01-01', 'sessions', 2),
                  ('2026-01-01', 'reach', 10), ('2026-01-02', 'reach', 20), ('2026-01-03', 'reach', 30)) v (d, m, v)
                """
            )
            try await body(test, ["DATABASE_URL": test.stack.url(database: test.name)])
        }
    }

    @Test func aTableForPeopleSaysWhatIsLeftOutAndWhy() async throws {
        try await withNumbers { _, environment in
            let table = try await Binary.run(Self.question, environment: environment)
            #expect(table.status == 0, "\(table.error)")
            #expect(table.output.hasPrefix("2026-01-01 to 2026-01-03, compared with 2025-01-01 to 2025-01-03; as known at 2026-03-01"))
            #expect(table.output.contains("sessions  count     2026-01-01  2026-01-03      4  settled"), "\(table.output)")
            #expect(table.output.contains("reach: it counts people once per window"), "\(table.output)")
            #expect(table.output.contains("The daily average is 20."), "\(table.output)")
        }
    }

    @Test func programsGetWhatTheRouteAnswers() async throws {
        try await withNumbers { test, environment in
            let csv = try await Binary.run(Self.question + ["--csv", "--interval", "day"], environment: environment)
            #expect(
                csv.output.split(separator: "\n").prefix(2).map(String.init) == [
                    "metric,unit,from,to,value,status,reason,daily_average,comparison_from,comparison_to,comparison_value,comparison_status,change,change_reason,declared",
                    "sessions,count,2026-01-01,2026-01-01,1.5,settled,,,2025-01-01,2025-01-01,2,settled,-0.25,,true",
                ]
            )
            let json = try await Binary.run(Self.question + ["--json"], environment: environment)
            _ = try await RunningBinary.serving(test.settings()) { client in
                let body = #"""
                    {"user":"a@x.test","metrics":["sessions","reach"],"date_range":["2026-01-01","2026-01-03"],
                     "compare":"previous_year","as_of":"2026-03-01T00:00:00Z"}
                    """#
                let sent = try await Shell.run(
                    "curl -s -H 'Authorization: Bearer \(TestDatabase.serviceKey)' -d '\(body)' \(client.base)/v1/query",
                    in: "/"
                )
                #expect(sent.output.filter { !$0.isWhitespace } == json.output.filter { !$0.isWhitespace })
                #expect(sent.output.contains(#""value":4,"reason":null,"status":"settled","comparison":{"value":2,"change":1,"#))
                let table = try await Shell.run(
                    "curl -s -H 'Accept: text/csv' -H 'Authorization: Bearer \(TestDatabase.serviceKey)' -d '\(body)' \(client.base)/v1/query",
                    in: "/"
                )
                #expect(table.output.contains("sessions,count,2026-01-01,2026-01-03,4,settled,"), "\(table.output)")
                let rather = "-H 'Accept: text/csv;q=0.5, application/json'"
                let preferred = try await Shell.run(
                    "curl -s \(rather) -H 'Authorization: Bearer \(TestDatabase.serviceKey)' -d '\(body)' \(client.base)/v1/query",
                    in: "/"
                )
                #expect(preferred.output == sent.output)
                // What is null is left out.
                let nulls = body.replacing("}", with: #","interval":null,"group_by":null,"match_weekday":null,"time_zone":null}"#)
                let same = try await Shell.run(
                    "curl -s -H 'Authorization: Bearer \(TestDatabase.serviceKey)' -d '\(nulls)' \(client.base)/v1/query",
                    in: "/"
                )
                #expect(same.output == sent.output)
            }
        }
    }

    @Test(
        arguments: [
            (["query", "nothing", "--user", "a@x.test"], 64, "METRIC: nobody declared the metric nothing"),
            (["query", "sessions", "--user", "b@x.test"], 67, "there is no user b@x.test"),
            (["query", "sessions", "--user", "a@x.test", "--date-range", "fortnight"], 64, "no range of days"),
            (["query", "sessions", "--user", "a@x.test", "--date-range", "2026-01-02,2026-01-01"], 64, "before it begins"),
            (["query", "sessions", "--user", "a@x.test", "--time-zone", "Mars/Base"], 64, "--time-zone: Mars/Base is no time zone"),
            (["query", "sessions", "--user", "a@x.test", "--match-weekday"], 64, "--match-weekday: match_weekday goes with compare"),
            (["query", "sessions", "--user", "a@x.test", "--as-of", "yesterday"], 64, "--as-of"),
            (["query", "sessions", "--user", "a@x.test", "--since", "2026-01-01T00:00:00Z"], 64, "--since goes with --explain"),
            (["correct", "sessions", "2026-01-32", "1", "--user", "a@x.test", "--source", "ga4", "--note", "x"], 64, "no day"),
            (["correct", "sessions", "2026-01-31", "one", "--user", "a@x.test", "--source", "ga4", "--note", "x"], 64, "no number"),
            (["correct", "sessions", "2026-01-31", "1", "--user", "a@x.test", "--source", "ga4", "--note", " "], 64, "--note"),
            (
                ["correct", "sessions", "2026-01-01", "1", "--user", "a@x.test", "--source", "ga5", "--note", "x"], 64,
                #"points of it in "ga4""#
            ),
        ] as [([String], Int32, String)]
    )
    func aWrongQuestionSaysWhatIsWrong(_ arguments: [String], _ status: Int32, _ words: String) async throws {
        try await withNumbers { _, environment in
            let outcome = try await Binary.run(arguments, environment: environment)
            #expect(outcome.status == status)
            #expect(outcome.error.contains(words), "\(outcome.error)")
            #expect(outcome.output.isEmpty)
        }
    }

    @Test func aCorrectionIsPostedOnceAndExplained() async throws {
        try await withNumbers { _, environment in
            let correction = [
                "correct", "sessions", "2026-01-02", "7", "--user", "a@x.test", "--source", "ga4", "--note", "the tag was missing",
            ]
            let first = try await Binary.run(correction, environment: environment)
            #expect(first.output == "Posted the difference: sessions of 2026-01-02 is 7 now.\n", "\(first.error)")
            let second = try await Binary.run(correction, environment: environment)
            #expect(second.output == "sessions of 2026-01-02 is 7 already. Nothing was posted.\n")
            let question = ["query", "sessions", "--user", "a@x.test", "--date-range", "2026-01-01,2026-01-03", "--explain"]
            let why = try await Binary.run(question + ["--since", "2026-02-01T00:00:00Z"], environment: environment)
            #expect(why.output.contains("2026-01-02  sessions  ga4                   0      7       7"), "\(why.output)")
            #expect(why.output.contains("the tag was missing"))
            #expect(!why.output.contains("2026-01-01  sessions"))
        }
    }

    @Test func doctorProvesTheTotalsAndRepairsThem() async throws {
        try await withNumbers { test, _ in
            let good = try await Binary.run(["doctor", "--deep"], environment: test.settings())
            #expect(good.status == 0 && good.output.contains("✓ totals: all 2 are what their entries add up to"), "\(good.error)")
            _ = try await test.database.query("update livinglytics.totals set total = 1 where metric_name = 'sessions'")
            let bad = try await Binary.run(["doctor", "--deep"], environment: test.settings())
            #expect(bad.status == 78)
            #expect(
                bad.error.contains(#"1 of 2 are wrong: "sessions" "ga4": 1 of 4 is kept, the entries add up to 6.0 of 4"#),
                "\(bad.error)"
            )
            let repaired = try await Binary.run(["doctor", "--repair"], environment: test.settings())
            #expect(repaired.status == 0 && repaired.output.contains("✓ totals: all 2"), "\(repaired.error)")
            #expect(try await Binary.run(["doctor", "--deep"], environment: test.settings()).status == 0)
        }
    }
}
