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
            let (report, shared) = (TilesReport(test.database), SharedTiles(test.database))
            let user = try #require(try await Users(test.database).find(email: "a@x.test")).id
            let tiles = try await report.tiles(of: user, in: nil)
            #expect(tiles.sessions == ExactDecimal("0.3"))
            #expect(tiles.conversions == ExactDecimal("12345678901234567890.125"))
            #expect(tiles.reach == 7)
            #expect(tiles.engagement == 0)
            // By e-mail address they are the same, alone and with others in one statement.
            let emails = ["a@x.test", "b@x.test", "nobody@x.test", "A@x.test"]
            let found = try await withThrowingTaskGroup(of: (String, Tiles?).self) { group in
                for turn in 0..<40 {
                    let email = emails[turn % emails.count]
                    group.addTask { (email, try await shared.tiles(email: email)) }
                }
                return try await group.reduce(into: [String: Set<String>]()) { found, answer in
                    found[answer.0, default: []].insert(answer.1?.sessions.text ?? "nobody")
                }
            }
            #expect(found == ["a@x.test": ["0.3"], "b@x.test": ["0"], "nobody@x.test": ["nobody"], "A@x.test": ["nobody"]])
            #expect(try await shared.tiles(email: "a@x.test") == tiles)
            let other = try #require(try await Users(test.database).find(email: "b@x.test")).id
            #expect(try await report.tiles(of: other, in: nil).sessions == 0)
            #expect(try await report.tiles(of: .nobody, in: nil).sessions == 0)
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
            let report = TilesReport(numbers.test.database)
            let tiles = try await report.tiles(of: numbers.user, in: days)
            #expect(tiles.sessions == 6 && tiles.reach == 5 && tiles.conversions == 0)
            let nobodys = try await report.tiles(of: .nobody, in: days)
            #expect(nobodys.sessions == 0 && nobodys.reach == 0)
        }
    }
}
