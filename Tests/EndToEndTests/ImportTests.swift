// Real files in, by the command line.
import LocalStack
import Postgres
import Storage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ImportTests {
    static let fixtures = TestStack.checkout + "/Tests/ConnectorsTests/Fixtures/"
    private static let usagov = fixtures + "ga4api-usagov-agriculture-users.csv"

    /// A database with a user, and its environment.
    private func withUser(_ body: (TestDatabase, [String: String]) async throws -> Void) async throws {
        try await TestDatabase.with { test in
            let environment = ["DATABASE_URL": test.stack.url(database: test.name)]
            #expect(try await Binary.run(["users", "add", "a@x.test"], environment: environment).status == 0)
            try await body(test, environment)
        }
    }

    private func arguments(_ file: String, _ more: String...) -> [String] {
        ["import", file, "--user", "a@x.test", "--source", "ga4"] + more
    }

    @Test(arguments: [
        ("ga4api-usagov-agriculture-users.csv", "sessions: 90 days 2023-10-07..2024-01-04, sum 37256882"),
        ("gsc-capjamesg-dates.csv", "clicks: 89 days "),
        ("youtube-codingtrain-totals.csv", "views: 365 days 2020-12-31..2021-12-30, sum 15503810"),
        ("gsc-capjamesg-dates.csv", ", sum 3114; "),
    ])
    func theSamplesGoInAsTheyAreAndTwiceIsOnce(_ file: String, _ line: String) async throws {
        try await withUser { test, environment in
            let first = try await Binary.run(arguments(Self.fixtures + file), environment: environment)
            #expect(first.status == 0, "\(first.error)")
            #expect(first.output.contains(line), "\(first.output)")
            #expect(first.error.contains("points/s"))
            let count: Int = try #require(try await test.database.query("select count(*) from metrics").first).get(0)
            let second = try await Binary.run(arguments(Self.fixtures + file), environment: environment)
            #expect(second.status == 0)
            #expect(second.output.contains("Posted 0 entries"), "\(second.output)")
            #expect(try #require(try await test.database.query("select count(*) from metrics").first).get(0) == count)
        }
    }

    @Test func aMapSaysWhatAColumnIs() async throws {
        try await withUser { test, environment in
            let outcome = try await Binary.run(
                arguments(Self.usagov, "--map", "visits=page_views", "--account", "usda"),
                environment: environment
            )
            #expect(outcome.output.contains("page_views: 90 days"))
            let accounts = try await test.database.query("select distinct account_ref, metric_name from metrics")
            #expect(try #require(accounts.first).get(0) == "usda")
        }
    }

    @Test func aRefusedTableDoesNotStopTheOthersUnlessStrict() async throws {
        try await withUser { test, environment in
            let text = """
                # Snapshot
                # Start date: 20260101
                Nth day,Sessions
                0000,5
                0001,7

                # By channel
                # Start date: 20260101
                Channel,Sessions
                Direct,12

                """
            let strict = try await Binary.run(arguments("-", "--strict"), environment: environment, input: text)
            #expect(strict.status == 65)
            #expect(strict.error.contains("the table on line 9 (\"By channel\"): no column holds the days"), "\(strict.error)")
            #expect(try await test.database.query("select from metrics").isEmpty)

            let outcome = try await Binary.run(arguments("-", "--json"), environment: environment, input: text)
            #expect(outcome.status == 65)
            #expect(outcome.error.contains("1 of 2 tables was refused"), "\(outcome.error)")
            #expect(outcome.output.contains("\"sum\": 12") && outcome.output.contains("\"title\": \"By channel\""), "\(outcome.output)")
            let days: [String] = try await test.database.query("select metric_date from metrics order by 1").map { try $0.get(0) }
            #expect(days == ["2026-01-01", "2026-01-02"])
        }
    }

    /// Points of a long table are ready before its end: refused, none of them goes in, whatever stands below it.
    @Test func nothingOfARefusedLongTableGoesIn() async throws {
        try await withUser { test, environment in
            let text = "date,metric,value\n2026-01-01,sessions,5\n2026-01-02,sessions,x\n\ndate,reach\n2026-01-01,7\n"
            let outcome = try await Binary.run(arguments("-"), environment: environment, input: text)
            #expect(outcome.status == 65)
            #expect(outcome.error.contains("line 3, column \"value\": \"x\" is not a number"), "\(outcome.error)")
            #expect(try await test.database.query("select from metrics").isEmpty)
        }
    }

    @Test func aDryRunWritesNothing() async throws {
        try await withUser { test, environment in
            let outcome = try await Binary.run(arguments(Self.usagov, "--dry-run", "--json"), environment: environment)
            #expect(outcome.status == 0)
            #expect(outcome.output.contains("\"dry_run\": true") && outcome.output.contains("\"sum\": 37256882"), "\(outcome.output)")
            #expect(try await test.database.query("select from metrics").isEmpty)
            #expect(try await test.database.query("select from livinglytics.accounts").isEmpty)
        }
    }

    @Test func standardInputIsAFile() async throws {
        try await withUser { test, environment in
            let text = "\u{FEFF}Date,Sessions,Reach\r\n1/12/2026,\"1,234\",0\r\n1/13/2026,,7\r\n"
            let outcome = try await Binary.run(arguments("-"), environment: environment, input: text)
            #expect(outcome.status == 0, "\(outcome.error)")
            let points: [String] = try await test.database.query(
                "select metric_name || ' ' || metric_date || ' ' || value from livinglytics.points order by 1"
            ).map { try $0.get(0) }
            #expect(points == ["reach 2026-01-12 0", "reach 2026-01-13 7", "sessions 2026-01-12 1234"])
        }
    }

    @Test func datesOfTwoReadingsAreRefusedUntilTold() async throws {
        try await withUser { test, environment in
            let text = "date,sessions\n1/2/2026,5\n"
            let refused = try await Binary.run(arguments("-"), environment: environment, input: text)
            #expect(refused.status == 65)
            #expect(refused.error.contains("say so with --dates month-first or --dates day-first"), "\(refused.error)")
            let outcome = try await Binary.run(arguments("-", "--dates", "day-first"), environment: environment, input: text)
            #expect(outcome.output.contains("sessions: 1 days 2026-02-01..2026-02-01"), "\(outcome.output)\(outcome.error)")
        }
    }

    @Test func aPipeIsAFileToo() async throws {
        try await withUser { _, environment in
            let line = "\(try Binary.path) import <(printf 'date,sessions\\n2026-01-01,5\\n') --user a@x.test --source ga4 2>/dev/null"
            let outcome = try await Shell.run(line, in: "/", environment: environment)
            #expect(outcome.status == 0)
            #expect(outcome.output.contains("sessions: 1 days 2026-01-01..2026-01-01, sum 5"), "\(outcome.output)")
        }
    }

    @Test func aBadLineIsNamedAndNothingGoesIn() async throws {
        try await withUser { test, environment in
            let text = "date,sessions,reach\n2026-01-01,1,2\n2026-01-02,12x,3\n2026-13-01,4,5\n"
            let outcome = try await Binary.run(arguments("-"), environment: environment, input: text)
            #expect(outcome.status == 65)
            #expect(
                outcome.error.contains("line 3") && outcome.error.contains("sessions") && outcome.error.contains("12x"),
                "\(outcome.error)"
            )
            #expect(outcome.error.contains("line 4") && outcome.error.contains("2026-13-01"), "\(outcome.error)")
            #expect(try await test.database.query("select from metrics").isEmpty)
        }
    }

    @Test func rowsPerDayAndDeviceAreRefused() async throws {
        try await withUser { test, environment in
            let outcome = try await Binary.run(
                arguments(Self.fixtures + "ga4api-usagov-agriculture-devices.csv"),
                environment: environment
            )
            #expect(outcome.status == 65)
            #expect(outcome.error.contains("device"), "\(outcome.error)")
            #expect(try await test.database.query("select from metrics").isEmpty)
        }
    }

    @Test func errorsTellWhoWhatAndWhere() async throws {
        try await withUser { _, environment in
            let noUser = try await Binary.run(["import", Self.usagov, "--user", "b@x.test", "--source", "ga4"], environment: environment)
            #expect(noUser.status == 67)
            #expect(noUser.error.contains("livinglytics users add b@x.test"))
            let noFile = try await Binary.run(arguments("/no/such/file.csv"), environment: environment)
            #expect(noFile.status == 66)
            #expect(noFile.error.contains("/no/such/file.csv"))
            let badMap = try await Binary.run(arguments(Self.usagov, "--map", "visits"), environment: environment)
            #expect(badMap.status == 64)
            let badSource = try await Binary.run(
                ["import", Self.usagov, "--user", "a@x.test", "--source", "Google Analytics"],
                environment: environment
            )
            #expect(badSource.status == 64)
            #expect(badSource.error.contains("Google Analytics"))
        }
    }

    @Test func whatAFileDoesNotSayIsAskedFor() async throws {
        try await withUser { test, environment in
            let text = "date,device,visits,Total revenue\n2026-01-01,phone,5,1.5\n2026-01-01,desktop,6,2\n"
            func run(_ more: String...) async throws -> Binary.Outcome {
                try await Binary.run(["import", "-", "--user", "a@x.test"] + more, environment: environment, input: text)
            }
            #expect(try await run("--source", "ga4", "--collapse", "device").error.contains("say so with --currency"))
            #expect(try await run("--collapse", "device", "--currency", "EUR").error.contains("say so with --source"))
            #expect(try await run("--source", "ga4", "--currency", "EUR").error.contains("add its rows up with --collapse device"))
            #expect(try await run("--source", "ga4", "--currency", "Euro").status == 64)
            #expect(try await run("--source", "ga4", "--format", "xlsx").status == 64)
            let outcome = try await run("--source", "ga4", "--collapse", "device", "--currency", "EUR", "--dry-run")
            #expect(
                outcome.output == """
                    the table on line 1: a table of days, from ga4; days as YYYY-MM-DD; "device" is added up, "visits" is sessions, "Total revenue" is total_revenue.EUR
                    sessions: 1 days 2026-01-01..2026-01-01, sum 11; 1 new, 0 restated, 0 unchanged
                    total_revenue.EUR: 1 days 2026-01-01..2026-01-01, sum 3.5; 1 new, 0 restated, 0 unchanged
                    Would post 2 entries for 2 points.

                    """
            )
            #expect(try await test.database.query("select from metrics").isEmpty)
        }
    }

    @Test func whatIsThereWithoutAnAccountIsNotDoubled() async throws {
        try await withUser { test, environment in
            #expect(try await Binary.run(arguments(Self.usagov), environment: environment).status == 0)
            let refused = try await Binary.run(arguments(Self.usagov, "--account", "usda"), environment: environment)
            #expect(refused.status == 65)
            #expect(refused.error.contains("90 of sessions (ga4, 2023-10-07..2024-01-04)"), "\(refused.error)")
            let taken = try await Binary.run(arguments(Self.usagov, "--account", "usda", "--take-over"), environment: environment)
            #expect(taken.output.contains("90 withdrawn") && taken.output.contains("Posted 180 entries for 90 points."), "\(taken.output)")
            let sum: Int = try await test.database.query("select sum(metric_value) from metrics")[0].get(0)
            #expect(sum == 37_256_882)
        }
    }

    @Test func theListAndTheWayBack() async throws {
        try await withUser { test, environment in
            func imports(_ more: String...) async throws -> Binary.Outcome {
                try await Binary.run(["imports"] + more + ["--user", "a@x.test"], environment: environment)
            }
            #expect(try await imports().output == "Nothing was imported yet.\n")
            #expect(try await Binary.run(arguments(Self.usagov), environment: environment).status == 0)
            let lines = try await imports().output.split(separator: "\n")
            #expect(lines.count == 2 && lines[1].hasSuffix("ga4api-usagov-agriculture-users.csv"), "\(lines)")
            let id = String(lines[1].prefix(36))
            let shown = try await imports("show", id)
            #expect(shown.output.contains("\"status\": \"posted\"") && shown.output.contains("\"sum\": 37256882"), "\(shown.output)")
            let undone = try await imports("undo", id)
            #expect(undone.output.hasPrefix("Took back 90 points; 0 were posted to later and stay."), "\(undone.output)")
            #expect(try await imports("undo", id).error.contains("was undone already"))
            #expect(try await imports("undo", "x").status == 64)
            #expect(try await imports().output.contains("  undone  "))
            #expect(try await test.database.query("select from livinglytics.points").isEmpty)
        }
    }

    /// What was exported comes back as it was, packed or not.
    @Test(arguments: ["csv", "ndjson"])
    func anExportGoesInAgain(_ format: String) async throws {
        try await withUser { test, environment in
            #expect(try await Binary.run(arguments(Self.usagov, "--account", "usda"), environment: environment).status == 0)
            #expect(try await Binary.run(["users", "add", "b@x.test"], environment: environment).status == 0)
            let line =
                "\(try Binary.path) export --user a@x.test --format \(format) | gzip | \(try Binary.path) import - --user b@x.test 2>/dev/null"
            let outcome = try await Shell.run(line, in: "/", environment: environment)
            #expect(
                outcome.output.contains("\"ga4\" \"usda\" sessions: 90 days 2023-10-07..2024-01-04, sum 37256882; 90 new"),
                "\(outcome.output)"
            )
            #expect(try await test.database.query("select from metrics").count == 180)
        }
    }
}
