// Random histories, written by every means there is, and random questions: answers are what plain SQL makes of the same rows, and what
// was answered once is answered again, to the digit, when it is asked for as of then.
import Domain
import Postgres
import Reporting
import Storage
import TestSupport
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite(.timeLimit(.minutes(60))) struct OracleTests {
    /// With 20 rounds of 10 questions each, 10,000 questions; `make soak` asks for more.
    private static let histories = ProcessInfo.processInfo.environment["ORACLE_HISTORIES"].flatMap { Int($0) } ?? 50
    private static let atOnce = 50
    private static let rounds = 20
    private static let questions = 10

    @Test func answersAreWhatPlainSQLSays() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        let checked = try await withThrowingTaskGroup(of: Int.self) { group in
            var checked = 0
            for history in 0..<Self.histories {
                // A database each: no more of them at once than a server bears.
                if history >= Self.atOnce { checked += try await group.next() ?? 0 }
                group.addTask { try await Self.history(seed &+ UInt64(history)) }
            }
            return try await group.reduce(checked, +)
        }
        #expect(checked == Self.histories * Self.rounds * Self.questions, "seed \(seed)")
    }

    /// - Returns: how many questions were asked.
    private static func history(_ seed: UInt64) async throws -> Int {
        // What rewrites history is in every second one: there is no going back there.
        let rewrites = seed % 2 == 0
        var count = 0
        var remembered: [(MetricQuery, QueryAnswer)] = []
        try await Numbers.with { numbers in
            var writer = RandomWriter(numbers: numbers, rewrites: rewrites, random: Seeded(seed))
            for _ in 0..<rounds {
                for _ in 0..<4 { try await writer.write() }
                for _ in 0..<questions {
                    var query = RandomQuestion.make(using: &writer.random)
                    let answer = try await Queries(numbers.test.database).answer(query, for: numbers.user)
                    try await check(answer, query, numbers, "seed \(seed)", using: &writer.random)
                    query.asOf = Moment(answer.query.asOf)
                    if !rewrites { remembered.append((query, answer)) }
                    count += 1
                }
            }
            for (query, before) in remembered {
                let again = try await Queries(numbers.test.database).answer(query, for: numbers.user)
                #expect(again.results == before.results, "seed \(seed): \(query)")
            }
        }
        return count
    }

    /// Growth is told where both numbers are and the first is not zero, unless something stands in its way.
    private static func checkChange(_ result: MetricResult, _ what: String) {
        guard let comparison = result.comparison else { return }
        #expect((comparison.change == nil) == (comparison.reason != nil), "\(what)")
        guard let change = comparison.change.flatMap({ Double($0.text) }) else { return }
        let (new, old) = (result.value.number.flatMap { Double($0.text) }, comparison.value.number.flatMap { Double($0.text) })
        guard let new, let old, old != 0 else {
            Issue.record("\(what): a change of \(change) from \(String(describing: old)) to \(String(describing: new))")
            return
        }
        let expected = (new - old) / abs(old)
        #expect(abs(change - expected) <= 1e-9 * max(1, abs(expected)), "\(what)")
    }

    /// The whole period, the one it is compared with, and one piece of the series.
    private static func check(
        _ answer: QueryAnswer,
        _ query: MetricQuery,
        _ numbers: Numbers,
        _ seed: String,
        using random: inout Seeded
    ) async throws {
        let oracle = Oracle(
            user: numbers.user,
            bySource: query.groups.contains(.source),
            byAccount: query.groups.contains(.account),
            asOf: query.asOf?.text
        )
        for (name, kind) in Kind.all where query.metrics.contains(name) {
            let results = answer.results.filter { $0.metric.name == name }
            func compare(_ days: Days, _ value: (MetricResult) -> Value?) async throws {
                let rows = try await numbers.test.database.query(oracle.sql(name, kind, days))
                var expected: [GroupKey: String] = [:]
                for row in rows {
                    let number: ExactDecimal? = try row.get(2)
                    let group = GroupKey(source: try row.get(0), account: try row.get(1))
                    let reason: String = try row.get(3)
                    expected[group] = number?.description ?? reason
                }
                for result in results {
                    let value = try #require(value(result))
                    let found = value.number?.description ?? value.reason?.rawValue
                    #expect(found == expected[result.group] ?? "no_points", "\(seed): \(name) \(days) \(result.group) in \(query)")
                    expected[result.group] = nil
                }
                // A group that has points in the days that are compared, too, is answered.
                #expect(expected.isEmpty, "\(seed): \(name) \(days) in \(query)")
            }
            for result in results { checkChange(result, "\(seed): \(name) \(result.group) in \(query)") }
            try await compare(answer.query.days) { $0.value }
            if let before = answer.query.comparisonDays { try await compare(before) { $0.comparison?.value } }
            if let interval = query.interval, let piece = answer.query.days.cut(by: interval).randomElement(using: &random) {
                try await compare(piece) { $0.series?.first { $0.days == piece }?.value }
            }
        }
    }
}
