// Histories as they happen: imports, corrections, and whatever SQL somebody writes.
import Domain
import Postgres
import Reporting
import Storage
import TestSupport

/// Few names, accounts and days, so that what happens meets what happened.
struct RandomWriter {
    let numbers: Numbers
    /// Whether entries are updated and deleted too.
    let rewrites: Bool
    var random: Seeded

    private static let accounts = [("ga4", ""), ("ga4", "b"), ("instagram", ""), ("instagram", "Ünïcode 'quoted'")]

    mutating func write() async throws {
        switch Int.random(in: 0..<(rewrites ? 6 : 4), using: &random) {
        case 0, 1: try await post()
        case 2: try await correct()
        case 3: try await insert()
        case 4: try await change("update metrics set metric_value = \(value().description)::numeric where id = ")
        default: try await change("delete from metrics where id = ")
        }
    }

    private mutating func post() async throws {
        var points: [PostedPoint] = []
        for _ in 0..<Int.random(in: 1...12, using: &random) {
            let point = PostedPoint(metric: metric(), day: RandomQuestion.day(using: &random), value: value())
            if !points.contains(where: { ($0.metric, $0.day) == (point.metric, point.day) }) { points.append(point) }
        }
        var rest = points[...]
        let provenance = Provenance(importID: ImportID(), meta: [:])
        _ = try await Ledger(numbers.test.database).post(to: try account(), from: provenance) { rest.popFirst() }
    }

    private mutating func correct() async throws {
        let correction = Correction(
            account: try account(),
            metric: metric(),
            day: RandomQuestion.day(using: &random),
            value: value(),
            note: "because"
        )
        guard let correction else { return }
        do {
            _ = try await Corrections(numbers.test.database).post(correction, isNew: true)
        } catch is PartsRule {
            // A ratio of what is there is no value of its own: refused, and nothing written.
        }
    }

    private mutating func insert() async throws {
        let (source, account) = Self.accounts.randomElement(using: &random) ?? ("", "")
        _ = try await numbers.test.database.query(
            """
            insert into metrics (user_id, source_name, account_ref, metric_date, metric_name, metric_value)
            values (\(numbers.user), \(source), \(account), \(RandomQuestion.day(using: &random)), \(metric()), \(value()))
            """
        )
    }

    private mutating func change(_ statement: SQL) async throws {
        let place = Int.random(in: 0..<40, using: &random)
        _ = try await numbers.test.database.query(
            "\(statement) (select id from metrics where user_id = \(numbers.user) order by id offset \(place)::int limit 1)"
        )
    }

    private mutating func account() throws -> Account {
        let (source, ref) = Self.accounts.randomElement(using: &random) ?? ("", "")
        return Account(user: numbers.user, source: try SourceName(source), ref: try AccountRef(ref))
    }

    private mutating func metric() -> MetricName { Kind.all.randomElement(using: &random)?.name ?? "sessions" }

    private mutating func value() -> ExactDecimal {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: 0
        case 1: ExactDecimal(Int.random(in: -20...20, using: &random))
        case 2: ExactDecimal(Int.random(in: 0...1_000_000, using: &random)).movingPoint(by: -4)
        case 3: ExactDecimal(Int.random(in: 0...Int.max, using: &random))
        default: ExactDecimal(Int.random(in: 0...500, using: &random))
        }
    }
}

enum RandomQuestion {
    /// One of 40 days around New Year.
    static func day(using random: inout Seeded) -> Day {
        Day(clamping: 2025, 12, 10).advanced(by: Int.random(in: 0..<40, using: &random))
    }

    static func make(using random: inout Seeded) -> MetricQuery {
        let (a, b) = (day(using: &random), day(using: &random))
        // Windows of people have a length of their own.
        let length = [0, 6, 27].randomElement(using: &random) ?? 0
        let days = Bool.random(using: &random) ? min(a, b)...max(a, b) : a...a.advanced(by: length)
        // Declared metrics may be asked for before they have a point; `custom` is not declared.
        let names = Kind.all.map(\.name).filter { $0 != "custom" }.shuffled(using: &random).prefix(Int.random(in: 1...4, using: &random))
        let comparisons: [Comparison?] = [nil, .previousPeriod, .days(b...b.advanced(by: 6))]
        let intervals: [Interval?] = [nil, .day, .week, .month, .year]
        return MetricQuery(
            metrics: Array(names),
            range: .days(days),
            interval: intervals.randomElement(using: &random) ?? nil,
            groups: Set(MetricQuery.Group.allCases.filter { _ in Bool.random(using: &random) }),
            comparison: comparisons.randomElement(using: &random) ?? nil,
            timeZone: .utc
        )
    }
}
