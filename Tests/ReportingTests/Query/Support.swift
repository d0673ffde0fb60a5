// A user with points, and questions about them.
import Domain
import Postgres
import Reporting
import Storage
import TestSupport
import Testing

struct Numbers {
    let test: TestDatabase
    let user: UserID

    static func with(_ body: (Numbers) async throws -> Void) async throws {
        try await TestDatabase.with { test in
            _ = try await Users(test.database).add(email: "a@x.test")
            let user = try #require(try await Users(test.database).find(email: "a@x.test"))
            try await body(Numbers(test: test, user: user.id))
        }
    }

    /// Points as the brief's own INSERT makes them, each `metric day value [account [source]]`.
    func insert(_ points: String...) async throws {
        for point in points {
            let parts = point.split(separator: " ").map(String.init)
            let (account, source) = (parts.count > 3 ? parts[3] : "", parts.count > 4 ? parts[4] : "s")
            _ = try await test.database.query(
                """
                insert into metrics (user_id, source_name, account_ref, metric_date, metric_name, metric_value, created_at)
                values (\(user), \(source), \(account), \(parts[1]), \(parts[0]), \(parts[2]), '2026-01-01')
                """
            )
        }
    }

    /// About the days of January 2026, as known later.
    func ask(
        _ metrics: MetricName...,
        from: Int = 1,
        to: Int = 31,
        interval: Interval? = nil,
        groups: Set<MetricQuery.Group> = [],
        comparison: Comparison? = nil,
        asOf: String? = "2026-03-01T00:00:00Z"
    ) async throws -> [MetricResult] {
        let query = MetricQuery(
            metrics: metrics,
            range: .days(try january(from)...(try january(to))),
            interval: interval,
            groups: groups,
            comparison: comparison,
            asOf: try asOf.map { try #require(Moment($0)) }
        )
        return try await Queries(test.database).answer(query, for: user).results
    }

    func january(_ day: Int) throws -> Day { try #require(Day(year: 2026, month: 1, day: day)) }
}

extension Value {
    /// `1.5 settled`, or `daysDoNotAdd partial 2.5` with the daily average.
    var words: String {
        let number = number.map(\.description) ?? reason.map { "\($0)" } ?? "nothing"
        return [number, status.rawValue, dailyAverage?.description].compactMap { $0 }.joined(separator: " ")
    }
}
