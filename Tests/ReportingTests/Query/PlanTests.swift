// What a question costs: no route reads all of `metrics`.
import Domain
import Postgres
import Reporting
import Storage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct PlanTests {
    @Test func noRouteScansTheTable() async throws {
        // One connection, which tells its own count of scans.
        try await TestDatabase.with(bound: 1) { test in
            let user = try await fill(test)
            let before = try await scans(test)
            try await askEverything(test.database, user)
            _ = try await SharedTiles(test.database).tiles(email: "a@x.test")
            #expect(try await scans(test) == before)
            // The count counts.
            _ = try await test.database.query("select count(*) from public.metrics where metric_value > 1e9")
            #expect(try await scans(test) == before + 1)
        }
    }

    /// Under row-level security PostgreSQL looks at the policy's condition first, and at most statistics not at all.
    @Test func norDoesATenantsQuestion() async throws {
        try await TestDatabase.with(bound: 1) { test in
            let user = try await fill(test)
            let subject = try #require(SubjectID("11111111-0000-0000-0000-000000000000"))
            try await Members(test.database).link(subject, to: user, as: .viewer)
            let tenant = test.database.entered(by: .init(.subject(subject), to: user, for: .read))
            let before = try await scans(test)
            try await askEverything(tenant, user)
            #expect(try await scans(test) == before)
            // The wall stood, and the count counts here, too.
            let users: Int = try await tenant.transaction { transaction in
                try await transaction.set([("enable_indexscan", "off"), ("enable_indexonlyscan", "off"), ("enable_bitmapscan", "off")])
                return try await transaction.query("select count(distinct user_id) from public.metrics")[0].get(0)
            }
            #expect(users == 1)
            #expect(try await scans(test) == before + 1)
        }
    }

    /// Two users, one of them with twenty times as much.
    private func fill(_ test: TestDatabase) async throws -> UserID {
        for email in ["a@x.test", "other@x.test"] { _ = try await Users(test.database).add(email: email) }
        _ = try await test.database.query(
            """
            insert into metrics (user_id, source_name, metric_date, metric_name, metric_value)
            select id, 's' || s, '2026-01-31'::date - d, m, d
            from users cross join generate_series(1, case email when 'a@x.test' then 1 else 20 end) s cross join generate_series(0, 400) d
            cross join unnest(array['sessions', 'engaged_sessions', 'reach', 'followers', 'reach_7d']) m
            """
        )
        for table in ["public.metrics", "livinglytics.totals"] { _ = try await test.database.query("analyze \(unsafe: table)") }
        return try #require(try await Users(test.database).find(email: "a@x.test")).id
    }

    /// What the routes ask about one user's numbers.
    private func askEverything(_ database: Database, _ user: UserID) async throws {
        let days = Days(uncheckedBounds: (Day(clamping: 2026, 1, 1), Day(clamping: 2026, 1, 31)))
        for range in [DateRange.days(days), .all, .last(days: 28)] {
            let comparison: Comparison? = range == .all ? nil : .previousYear
            let query = MetricQuery(
                metrics: ["sessions", "engagement_rate", "reach", "followers"],
                range: range,
                interval: .week,
                groups: [.source],
                comparison: comparison
            )
            _ = try await Queries(database).answer(query, for: user)
        }
        for span in [nil, days] { _ = try await TilesReport(database).tiles(of: user, in: span) }
        let since = try #require(Moment("2020-01-01T00:00:00Z"))
        let filter = EntryFilter(metric: "sessions", days: days)
        _ = try await EntryList(database).page(filter, of: user, after: nil, limit: 10)
        _ = try await EntryList(database).page(EntryFilter(), of: user, after: nil, limit: 10)
        _ = try await Revisions(database).page(filter, of: user, in: Span(since: since, until: nil), after: nil, limit: 10)
        for kind in [Export.Kind.points, .entries] {
            var pages = try await Export(database).begin(kind, filter, of: user)
            while try await pages.next() != nil {}
        }
    }

    /// Sequential scans of `metrics` so far.
    private func scans(_ test: TestDatabase) async throws -> Int {
        _ = try await test.database.query("select pg_stat_force_next_flush()")
        return try await test.database.query("select seq_scan from pg_stat_user_tables where relid = 'public.metrics'::regclass")[0].get(0)
    }
}
