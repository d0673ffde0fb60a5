// Postings of several accounts, points that others would double, points that come twice, and withdrawals.
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite struct PostingRulesTests {
    /// Points as `account metric day value`, of the source ga4; `-` for an account is none, for a value a withdrawal.
    static func points(_ lines: [String]) throws -> [AccountPoint] {
        try lines.enumerated().map { index, line in
            let parts = line.split(separator: " ").map(String.init)
            let account = SourceAccount(source: "ga4", ref: try AccountRef(parts[0] == "-" ? "" : parts[0]))
            let value = parts[3] == "-" ? nil : try ExactDecimal(parts[3]).unwrapped()
            let day = try Day(iso: "2026-01-" + parts[2]).unwrapped()
            return AccountPoint(
                account: account,
                point: PostedPoint(metric: try MetricName(parts[1]), day: day, value: value, line: index + 2)
            )
        }
    }

    static func user(_ test: TestDatabase) async throws -> UserID {
        _ = try await Users(test.database).add(email: "a@x.test")
        return try await Users(test.database).find(email: "a@x.test").unwrapped().id
    }

    /// - Returns: the import's id, and what was done.
    @discardableResult
    static func post(
        _ lines: [String],
        _ test: TestDatabase,
        _ change: (inout PostingRules) -> Void = { _ in }
    ) async throws -> (id: ImportID, report: PostingReport) {
        var rest = try points(lines)[...]
        var rules = PostingRules()
        change(&rules)
        let provenance = Provenance(name: "a.csv", meta: ["file": "a.csv"])
        let report = try await Ledger(test.database).post(for: try await user(test), from: provenance, rules) { rest.popFirst() }
        return (provenance.importID, report)
    }

    /// `account metric day value` of all points that there are.
    static func there(_ test: TestDatabase) async throws -> [String] {
        try await test.database.query(
            """
            select coalesce(nullif(account_ref, ''), '-') || ' ' || metric_name || ' ' || to_char(metric_date, 'DD') || ' ' || value
            from livinglytics.points order by 1
            """
        ).map { try $0.get(0) }
    }

    @Test func accountsOfOnePostingHaveOneStamp() async throws {
        try await TestDatabase.with { test in
            try await Self.post(["a m 01 1"], test)
            _ = try await test.database.query("update livinglytics.accounts set last_posted_at = '2099-01-01 00:00:00Z'")
            let report = try await Self.post(["a m 01 2", "b m 01 3", "- n 01 4"], test).report
            #expect(
                report.metrics.map { "\($0.account) \($0.name) \($0.new) \($0.restated)" } == [
                    "\"ga4\" n 1 0", "\"ga4\" \"a\" m 0 1", "\"ga4\" \"b\" m 1 0",
                ]
            )
            let stamps: [String] = try await test.database.query(
                "select distinct created_at from metrics where created_at > '2098-01-01'"
            ).map { try $0.get(0) }
            #expect(stamps == ["2099-01-01 00:00:00.000001+00"])
            #expect(try await Self.there(test) == ["- n 01 4", "a m 01 2", "b m 01 3"])
            #expect(try await TotalsCheck(test.database).examine().wrong == 0)
        }
    }

    @Test func aPointGivenTwiceIsRefused() async throws {
        try await TestDatabase.with { test in
            do {
                try await Self.post(["a m 01 1", "a m 02 1", "a m 01 1"], test) { $0.mayRepeat = true }
                Issue.record("posted")
            } catch let error as RepeatedPoint {
                #expect(error.description.hasPrefix("lines 2 and 4 both give m of \"ga4\" \"a\" on 2026-01-01"))
            }
            #expect(try await Self.there(test) == [])
        }
    }

    @Test func aRatioIsLeftOutWhereItsPartsAre() async throws {
        try await TestDatabase.with { test in
            let lines = ["a r 01 0.5", "a x 01 1", "a y 01 2", "a r 02 0.5", "a x 02 1", "b r 01 0.5"]
            try await Self.post(lines, test) { $0.ratios = ["r": ["x", "y"]] }
            #expect(try await Self.there(test) == ["a r 02 0.5", "a x 01 1", "a x 02 1", "a y 01 2", "b r 01 0.5"])
        }
    }

    @Test func aWithdrawalTakesThePoint() async throws {
        try await TestDatabase.with { test in
            try await Self.post(["a m 01 5", "a m 02 6"], test)
            let report = try await Self.post(["a m 01 -", "a m 03 -"], test).report
            #expect((report.withdrawn, report.new, report.restated, report.points, report.entries) == (1, 0, 0, 0, 1))
            #expect(try await Self.there(test) == ["a m 02 6"])
            #expect(try await Self.post(["a m 01 5"], test).report.new == 1)
        }
    }

    @Test func pointsWithoutAnAccountWouldBeDoubled() async throws {
        try await TestDatabase.with { test in
            try await Self.post(["- m 01 1", "- m 02 2", "- m 03 3", "- other 01 1"], test)
            func rules(_ doubles: PostingRules.Doubles) -> (inout PostingRules) -> Void { { $0.doubles = doubles } }
            do {
                try await Self.post(["a m 01 1", "a m 02 2", "a m 09 9", "a n 01 1"], test, rules(.refused))
                Issue.record("posted")
            } catch let error as DoubledPoints {
                #expect(error.metrics.map { "\($0.name) \($0.count) \($0.days)" } == ["m 2 2026-01-01...2026-01-02"], "\(error)")
            }
            #expect(try await Self.there(test).count == 4)
            let report = try await Self.post(["a m 01 1", "a m 02 2", "a m 09 9"], test, rules(.takenOver)).report
            #expect((report.new, report.withdrawn) == (3, 2))
            #expect(try await Self.there(test) == ["- m 03 3", "- other 01 1", "a m 01 1", "a m 02 2", "a m 09 9"])
            // The other way round there is nothing to take over.
            for doubles in [PostingRules.Doubles.refused, .takenOver] {
                do {
                    try await Self.post(["- m 01 1"], test, rules(doubles))
                    Issue.record("posted")
                } catch let error as DoubledPoints {
                    #expect(
                        error.description.hasPrefix(
                            "values that were posted under an account are of the same days: 1 of m (ga4, 2026-01-01..2026-01-01)"
                        )
                    )
                }
            }
            // What is there no more can't be doubled.
            try await Self.post(["a m 02 7", "b m 01 1"], test, rules(.refused))
            #expect(try await TotalsCheck(test.database).examine().wrong == 0)
        }
    }

    @Test func aDryRunTellsTheSame() async throws {
        try await TestDatabase.with { test in
            try await Self.post(["- m 01 1"], test)
            let report = try await Self.post(["a m 01 1", "a n 01 -"], test) {
                $0.isDryRun = true
                $0.doubles = .takenOver
            }.report
            #expect((report.new, report.withdrawn) == (1, 1))
            #expect(try await Self.there(test) == ["- m 01 1"])
            #expect(try await test.database.query("select from livinglytics.imports").count == 1)
        }
    }
}
