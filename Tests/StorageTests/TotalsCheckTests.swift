// The proof of the totals, and their repair.
import Postgres
import Storage
import TestSupport
import Testing

@Suite struct TotalsCheckTests {
    @Test func whatWasTamperedWithIsFoundAndMadeAnew() async throws {
        try await TestDatabase.with { test in
            _ = try await Users(test.database).add(email: "a@x.test")
            for name in ["sessions", "reach", "views"] {
                _ = try await test.database.query(
                    """
                    insert into metrics (user_id, source_name, metric_date, metric_name, metric_value)
                    select id, 's', '2026-01-01', \(name), 1.5 from users
                    """
                )
            }
            let check = TotalsCheck(test.database)
            #expect(try await check.examine().wrong == 0)
            #expect(try await check.examine().totals == 3)
            _ = try await test.database.query("update livinglytics.totals set total = 2 where metric_name = 'sessions'")
            _ = try await test.database.query("delete from livinglytics.totals where metric_name = 'reach'")
            _ = try await test.database.query(
                "insert into livinglytics.totals select user_id, 'ghost', source_name, account_ref, 7, 1 from livinglytics.totals limit 1"
            )
            let found = try await check.examine()
            #expect(found.totals == 4 && found.wrong == 3)
            #expect(
                found.examples == [
                    WrongTotal(metric: "ghost", source: "s", account: "", kept: "7 of 1", entries: nil),
                    WrongTotal(metric: "reach", source: "s", account: "", kept: nil, entries: "1.5 of 1"),
                    WrongTotal(metric: "sessions", source: "s", account: "", kept: "2 of 1", entries: "1.5 of 1"),
                ]
            )
            try await check.rebuild()
            #expect(try await check.examine().wrong == 0)
            #expect(try await check.examine().totals == 3)
            _ = try await test.database.query("update livinglytics.totals set newest_at = null where metric_name = 'views'")
            #expect(try await check.examine().examples.map(\.kept) == ["1.5 of 1, newest without a stamp"])
        }
    }

    @Test func anEmptyDatabaseHasNothingWrong() async throws {
        try await TestDatabase.with { test in
            let found = try await TotalsCheck(test.database).examine()
            #expect(found.totals == 0 && found.wrong == 0 && found.examples.isEmpty)
        }
    }
}
