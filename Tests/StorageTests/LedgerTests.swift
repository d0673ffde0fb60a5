// Postings: values in, differences written.
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite struct LedgerTests {
    private let account = (source: "ga4", ref: "property 1")

    private func point(_ day: String, _ value: String, _ metric: MetricName = "sessions") throws -> PostedPoint {
        PostedPoint(metric: metric, day: try Day(iso: day).unwrapped(), value: try ExactDecimal(value).unwrapped(), line: 2)
    }

    private func post(_ points: [PostedPoint], in test: TestDatabase, ref: String = "property 1", dryRun: Bool = false) async throws
        -> PostingReport
    {
        let users = Users(test.database)
        _ = try await users.add(email: "a@x.test")
        let user = try await users.find(email: "a@x.test").unwrapped()
        let account = Account(user: user.id, source: "ga4", ref: try AccountRef(ref))
        var rest = points[...]
        return try await Ledger(test.database).post(
            to: account,
            from: Provenance(importID: ImportID(), meta: ["file": "a.csv"]),
            dryRun: dryRun
        ) { rest.popFirst() }
    }

    private func entries(_ test: TestDatabase) async throws -> [String] {
        try await test.database.query(
            "select metric_date || ' ' || metric_value || ' ' || presence from metrics order by created_at, metric_date, id"
        ).map { try $0.get(0) }
    }

    private func value(_ day: String, _ test: TestDatabase) async throws -> ExactDecimal? {
        try await test.database.query("select value from livinglytics.points where metric_date = \(day)").first?.get(0)
    }

    @Test func theSameAgainPostsNothing() async throws {
        try await TestDatabase.with { test in
            let points = [try point("2026-01-01", "10"), try point("2026-01-02", "0"), try point("2026-01-02", "0.10", "reach")]
            let first = try await post(points, in: test)
            #expect((first.new, first.restated, first.unchanged) == (3, 0, 0))
            let second = try await post(points, in: test)
            #expect((second.new, second.restated, second.unchanged, second.entries) == (0, 0, 3, 0))
            #expect(try await entries(test).count == 3)
        }
    }

    @Test func aRestatementPostsTheDifference() async throws {
        try await TestDatabase.with { test in
            _ = try await post([try point("2026-01-01", "100.5")], in: test)
            let report = try await post([try point("2026-01-01", "98.25")], in: test)
            #expect((report.new, report.restated) == (0, 1))
            #expect(try await entries(test) == ["2026-01-01 100.5 1", "2026-01-01 -2.25 0"])
            #expect(try await value("2026-01-01", test) == ExactDecimal("98.25"))
        }
    }

    @Test func aPostedZeroIsAZeroAndAWithdrawnPointIsMissing() async throws {
        try await TestDatabase.with { test in
            _ = try await post([try point("2026-01-01", "0"), try point("2026-01-02", "5")], in: test)
            #expect(try await value("2026-01-01", test) == 0)
            _ = try await test.database.query(
                """
                insert into metrics (user_id, source_name, account_ref, metric_date, metric_name, metric_value, presence)
                select user_id, source_name, account_ref, metric_date, metric_name, -metric_value, -1 from metrics
                where metric_date = '2026-01-02'
                """
            )
            #expect(try await value("2026-01-02", test) == nil)
            let back = try await post([try point("2026-01-02", "5")], in: test)
            #expect((back.new, back.restated) == (1, 0))
            #expect(try await value("2026-01-02", test) == 5)
        }
    }

    @Test func rowsOfTheBriefsClientsArePartOfThePoint() async throws {
        try await TestDatabase.with { test in
            _ = try await post([], in: test, ref: "")
            for _ in 0..<2 {
                _ = try await test.database.query(
                    """
                    insert into metrics (user_id, source_name, metric_date, metric_name, metric_value)
                    select id, 'ga4', '2026-01-01', 'sessions', 40 from users
                    """
                )
            }
            let report = try await post([try point("2026-01-01", "50")], in: test, ref: "")
            #expect((report.new, report.restated) == (0, 1))
            #expect(try await value("2026-01-01", test) == 50)
        }
    }

    @Test func twoPostingsOfOneAccountAtOnceAddUp() async throws {
        try await TestDatabase.with(bound: 8) { test in
            _ = try await post([try point("2026-01-01", "1")], in: test)
            for round in 0..<10 {
                let values = (0..<4).map { "\(round * 10 + $0)" }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for value in values { group.addTask { _ = try await post([try point("2026-01-01", value)], in: test) } }
                    try await group.waitForAll()
                }
                let found = try await value("2026-01-01", test).unwrapped()
                #expect(values.contains(found.text))
            }
            let stamps = try await test.database.query("select count(distinct created_at) = count(*) from metrics").first.unwrapped()
            #expect(try stamps.get(0) == true)
        }
    }

    @Test func stampsGrowEvenWhenTheClockIsBehind() async throws {
        try await TestDatabase.with { test in
            _ = try await post([try point("2026-01-01", "1")], in: test)
            _ = try await test.database.query("update livinglytics.accounts set last_posted_at = '2099-01-01 00:00:00Z'")
            _ = try await post([try point("2026-01-01", "2")], in: test)
            let late = try await test.database.query(
                "select created_at = '2099-01-01 00:00:00.000001Z' from metrics order by id desc limit 1"
            )
            #expect(try late.first.unwrapped().get(0) == true)
        }
    }

    @Test func aDryRunReportsAndWritesNothing() async throws {
        try await TestDatabase.with { test in
            _ = try await post([try point("2026-01-01", "1")], in: test)
            let report = try await post([try point("2026-01-01", "2"), try point("2026-01-02", "2")], in: test, dryRun: true)
            #expect((report.new, report.restated) == (1, 1))
            #expect(try await entries(test).count == 1)
        }
    }

    @Test func anErrorInTheMiddleLeavesNothing() async throws {
        struct Broken: Error {}
        try await TestDatabase.with { test in
            _ = try await post([], in: test)
            let user = try await Users(test.database).find(email: "a@x.test").unwrapped()
            let account = Account(user: user.id, source: "ga4", ref: .none)
            var count = 0
            await #expect(throws: Broken.self) {
                try await Ledger(test.database).post(to: account, from: Provenance(importID: ImportID(), meta: [:])) {
                    count += 1
                    if count > 50_000 { throw Broken() }
                    return PostedPoint(metric: "sessions", day: Day(daysSince1970: count).unsafelyUnwrapped, value: 1)
                }
            }
            #expect(try await entries(test) == [])
        }
    }

    @Test func provenanceStandsInEveryEntry() async throws {
        try await TestDatabase.with { test in
            _ = try await post([try point("2026-01-01", "1")], in: test)
            let row = try await test.database.query("select meta->>'file', (meta->>'line')::int, import_id is not null from metrics")
                .first.unwrapped()
            #expect(try row.get(0) == "a.csv")
            #expect(try row.get(1) == 2)
            #expect(try row.get(2) == true)
        }
    }

    @Test func theLastRestatementIsFound() async throws {
        try await TestDatabase.with { test in
            _ = try await post([try point("2026-01-01", "100")], in: test)
            _ = try await post([try point("2026-01-01", "107")], in: test)
            let user = try await Users(test.database).find(email: "a@x.test").unwrapped()
            let account = Account(user: user.id, source: "ga4", ref: try AccountRef("property 1"))
            let found = try await Ledger(test.database).lastRestatement(of: account).unwrapped()
            #expect((found.before, found.after) == (100, 107))
        }
    }
}
