// The demo: real sessions moved to end yesterday, one gap, one restatement, and made-up numbers that say so.
import App
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite struct DemoTests {
    private static let yesterdays = (0..<7).map { Day(iso: "2026-11-16")!.advanced(by: $0) }

    @Test(arguments: yesterdays)
    func itEndsYesterdayOnWhateverWeekday(_ yesterday: Day) async throws {
        try await TestDatabase.with { test in
            let demo = Demo(test.database)
            #expect(try await demo.seed(yesterday: yesterday))
            let rows = try await test.database.query(
                """
                select metric_date, value::text from livinglytics.points
                where metric_name = 'sessions' and source_name = 'ga4' order by metric_date
                """
            )
            let days: [Day] = try rows.map { try $0.get(0) }
            #expect(days.last == yesterday)
            let first = try #require(days.first)
            #expect((84...90).contains(first.distance(to: yesterday) + 1))
            #expect(days.count == first.distance(to: yesterday), "one day is missing")
            // Weekdays stay weekdays: the file's first day, 2023-10-07, was a Saturday with 327,689 sessions.
            #expect(first.weekday == 6)
        }
    }

    @Test func everyEntrySaysWhatItIs() async throws {
        try await TestDatabase.with { test in
            _ = try await Demo(test.database).seed(yesterday: Self.yesterdays[0])
            let labels: [String] = try await test.database.query(
                "select distinct metric_name || ': ' || (meta->>'demo') from metrics order by 1"
            ).map { try $0.get(0) }
            #expect(labels.count == 5)
            for label in labels {
                #expect(label.contains(label.hasPrefix("sessions") && !label.contains("preliminary") ? "18F, CC0" : "made up"), "\(label)")
            }
        }
    }

    @Test func theRestatedDayHasBothFigures() async throws {
        try await TestDatabase.with { test in
            let demo = Demo(test.database)
            _ = try await demo.seed(yesterday: Self.yesterdays[0])
            let restatement = try #require(try await demo.restatement())
            #expect(restatement.before < restatement.after)
            #expect(restatement.day == Self.yesterdays[0].advanced(by: -5))
        }
    }

    @Test func aSecondStartChangesNothing() async throws {
        try await TestDatabase.with { test in
            let demo = Demo(test.database)
            _ = try await demo.seed(yesterday: Self.yesterdays[0])
            let count: Int = try #require(try await test.database.query("select count(*) from metrics").first).get(0)
            #expect(try await demo.seed(yesterday: Self.yesterdays[3]) == false)
            #expect(try #require(try await test.database.query("select count(*) from metrics").first).get(0) == count)
        }
    }
}
