// Where "today" is, on the days that clocks are changed, too.
import Domain
import Postgres
import Reporting
import Storage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct TodayTests {
    @Test func todayIsTheAskersDay() async throws {
        let cases = [
            ("2026-01-01T00:00:00Z", "UTC", "2026-01-01"), ("2025-12-31T23:59:59.999999Z", "UTC", "2025-12-31"),
            ("2026-01-01T07:59:59Z", "America/Los_Angeles", "2025-12-31"), ("2026-01-01T08:00:00Z", "America/Los_Angeles", "2026-01-01"),
            // The night before clocks go forward is an hour ahead of UTC, the one after it two.
            ("2026-03-28T22:59:59Z", "Europe/Berlin", "2026-03-28"), ("2026-03-28T23:00:00Z", "Europe/Berlin", "2026-03-29"),
            ("2026-03-29T21:59:59Z", "Europe/Berlin", "2026-03-29"), ("2026-03-29T22:00:00Z", "Europe/Berlin", "2026-03-30"),
            // The day on which they go back has 25 hours.
            ("2025-10-25T22:00:00Z", "Europe/Berlin", "2025-10-26"), ("2025-10-26T22:59:59Z", "Europe/Berlin", "2025-10-26"),
            ("2025-10-26T23:00:00Z", "Europe/Berlin", "2025-10-27"),
            // Samoa had no 30 December 2011.
            ("2011-12-30T09:59:59Z", "Pacific/Apia", "2011-12-29"), ("2011-12-30T10:00:00Z", "Pacific/Apia", "2011-12-31"),
            ("2024-02-29T12:00:00+14:00", "Pacific/Kiritimati", "2024-02-29"),
            ("2024-02-29T11:30:00+05:45", "Asia/Kathmandu", "2024-02-29"),
        ]
        try await Numbers.with { numbers in
            for (moment, zone, today) in cases {
                let (asOf, timeZone): (Moment, TimeZoneName) = (try #require(Moment(moment)), try #require(TimeZoneName(zone)))
                let query = MetricQuery(metrics: ["sessions"], range: .last(days: 1), asOf: asOf, timeZone: timeZone)
                let resolved = try await Queries(numbers.test.database).answer(query, for: numbers.user).query
                #expect(resolved.today.description == today, "\(moment) in \(zone)")
                #expect(resolved.days.upperBound.adding(days: 1) == resolved.today)
                #expect(resolved.isFinal)
            }
            await #expect(throws: QueryProblem.self) {
                let zone = try #require(TimeZoneName("Europe/Atlantis"))
                _ = try await Queries(numbers.test.database).answer(
                    MetricQuery(metrics: ["sessions"], range: .all, timeZone: zone),
                    for: numbers.user
                )
            }
        }
    }

    /// What was said a moment ago may still change: somebody's posting may be on its way.
    @Test func nowIsNotFinal() async throws {
        try await Numbers.with { numbers in
            let answer = try await Queries(numbers.test.database).answer(
                MetricQuery(metrics: ["sessions"], range: .last(days: 7)),
                for: numbers.user
            )
            #expect(!answer.query.isFinal)
            #expect(answer.results.map(\.value.words) == ["noPoints missing"])
            #expect(answer.freshness.isEmpty)
        }
    }

    /// However old the day that was corrected, and as it was before the correction.
    @Test func freshnessIsOfTheNewestEntry() async throws {
        try await Numbers.with { numbers in
            try await numbers.insert("sessions 2026-01-31 1", "sessions 2025-06-01 1")
            func lastEntry(asOf: String?) async throws -> [String?] {
                var query = MetricQuery(metrics: ["sessions"], range: .days(try numbers.january(1)...(try numbers.january(31))))
                query.asOf = try asOf.map { try #require(Moment($0)) }
                return try await Queries(numbers.test.database).answer(query, for: numbers.user).freshness.map(\.lastEntryAt)
            }
            #expect(try await lastEntry(asOf: nil) == ["2026-01-01T00:00:00.000000Z"])
            _ = try await numbers.test.database.query(
                """
                insert into metrics (user_id, source_name, metric_date, metric_name, metric_value, presence, created_at)
                values (\(numbers.user), 's', '2025-06-01', 'sessions', 1, 0, '2026-02-02')
                """
            )
            #expect(try await lastEntry(asOf: nil) == ["2026-02-02T00:00:00.000000Z"])
            #expect(try await lastEntry(asOf: "2026-02-01T00:00:00Z") == ["2026-01-01T00:00:00.000000Z"])
        }
    }
}
