// The brief's tiles, from ready totals.
import Domain
import Postgres
import Reporting
import Storage
import TestSupport
import Testing

@Suite struct TilesTests {
    @Test func theySumAllSourcesAndAccountsExactly() async throws {
        try await TestDatabase.with { test in
            for email in ["a@x.test", "b@x.test"] { _ = try await Users(test.database).add(email: email) }
            for (metric, value) in [
                ("sessions", "0.1"), ("sessions", "0.2"), ("conversions", "12345678901234567890.125"), ("reach", "7"), ("other", "99"),
            ] {
                _ = try await test.database.query(
                    """
                    insert into metrics (user_id, source_name, account_ref, metric_date, metric_name, metric_value)
                    select id, 's' || \(value), 'a' || \(value), '2026-01-01', \(metric), \(value)::numeric from users where email = 'a@x.test'
                    """
                )
            }
            let tiles = try await TilesReport(test.database).tiles(email: "a@x.test")
            #expect(tiles?.sessions == ExactDecimal("0.3"))
            #expect(tiles?.conversions == ExactDecimal("12345678901234567890.125"))
            #expect(tiles?.reach == 7)
            #expect(tiles?.engagement == 0)
            #expect(try await TilesReport(test.database).tiles(email: "b@x.test")?.sessions == 0)
            #expect(try await TilesReport(test.database).tiles(email: "nobody@x.test") == nil)
        }
    }

    @Test func ofSomeDaysTheyAreTheseDays() async throws {
        try await Numbers.with { numbers in
            try await numbers.insert(
                "sessions 2026-01-01 1",
                "sessions 2026-01-02 2",
                "sessions 2026-01-02 4 b",
                "sessions 2026-01-03 8",
                "reach 2026-01-02 5"
            )
            let days = try numbers.january(2)...(try numbers.january(2))
            let tiles = try await TilesReport(numbers.test.database).tiles(email: "a@x.test", days: days)
            #expect(tiles?.sessions == 6 && tiles?.reach == 5 && tiles?.conversions == 0)
            #expect(try await TilesReport(numbers.test.database).tiles(email: "nobody@x.test", days: days) == nil)
        }
    }
}
