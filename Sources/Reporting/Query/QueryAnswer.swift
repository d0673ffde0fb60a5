// The answer to a question about metrics.
package import Domain

package struct QueryAnswer: Sendable, Equatable {
    package let query: ResolvedQuery
    package let results: [MetricResult]
    package let freshness: [Freshness]

    /// The metrics whose points the answer is made of: those that were asked about, and the parts of those that are computed.
    package var sources: [MetricName] {
        results.flatMap { [$0.metric.name] + $0.metric.aggregation.parts }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

/// The question with everything resolved: which days were meant, and what was known then. Asked again with this `as_of`, the question has
/// the same answer.
package struct ResolvedQuery: Sendable, Equatable {
    package let metrics: [MetricName]
    package let days: Days
    package let comparisonDays: Days?
    package let interval: Interval?
    package let groups: [MetricQuery.Group]
    package let matchWeekday: Bool
    /// RFC 3339, in UTC.
    package let asOf: String
    /// False while something that was known then may still be on its way.
    package let isFinal: Bool
    package let timeZone: TimeZoneName
    package let today: Day
}

/// What a result is about beside its metric; nil where the question does not tell it apart.
package struct GroupKey: Sendable, Hashable {
    package let source: String?
    package let account: String?

    package init(source: String?, account: String?) {
        (self.source, self.account) = (source, account)
    }
}

package struct MetricResult: Sendable, Equatable {
    package let metric: Metric
    package let isDeclared: Bool
    package let group: GroupKey
    package let value: Value
    package let comparison: Change?
    /// Nil without an interval.
    package let series: [Piece]?
    package let comparisonSeries: [Piece]?
}

/// A number, or why there is none.
package struct Value: Sendable, Equatable {
    package let number: ExactDecimal?
    /// Nil where there is a number.
    package let reason: NoNumber?
    package let status: Status
    /// What can be said where the number would be wrong.
    package let dailyAverage: ExactDecimal?

    package enum Status: String, Sendable, CaseIterable {
        /// Every day has its point, and the provider restates none of them any more.
        case settled
        /// Every day has its point; some are young enough to be restated.
        case provisional
        /// Some days have no point, or are not over.
        case partial
        case missing
    }
}

/// A part of a series.
package struct Piece: Sendable, Equatable {
    package let days: Days
    package let value: Value
}

package struct Change: Sendable, Equatable {
    package let value: Value
    /// The growth as a fraction: 0.25 is a quarter more.
    package let change: ExactDecimal?
    /// Why there is no change to be told; nil where there is.
    package let reason: NoNumber?
}

/// Why there is no number.
package enum NoNumber: String, Sendable, CaseIterable {
    case noPoints = "no_points"
    case daysDoNotAdd = "days_do_not_add"
    case accountsDoNotAdd = "accounts_do_not_add"
    case partsMissing = "parts_missing"
    case zeroDenominator = "zero_denominator"
    case zeroBase = "zero_base"
    case dayNotOver = "day_not_over"
    case lengthsDiffer = "lengths_differ"

    /// For people.
    package var words: String {
        switch self {
        case .noPoints: "there is no point in these days"
        case .daysDoNotAdd: "it counts people once per window: days can't be added, and no window of this length is stored"
        case .accountsDoNotAdd: "it counts people once per account: accounts can't be added"
        case .partsMissing:
            "a part is missing: a ratio needs both of its parts on the same days of one account, and several days need what to weigh them by"
        case .zeroDenominator: "what it is divided by is zero"
        case .zeroBase: "it was zero before: there is no growth from nothing"
        case .lengthsDiffer: "the two periods have different numbers of days, and the sum of more days is larger"
        case .dayNotOver: "the days include one that is not over: it is not compared with whole ones"
        }
    }
}

/// How far the numbers of an account reach.
package struct Freshness: Sendable, Equatable {
    package let source: String
    package let account: String
    package let lastDay: Day
    /// RFC 3339, in UTC; nil where no entry says when it was made.
    package let lastEntryAt: String?
}
