// A question about metrics, as it is asked.
package import Domain

/// What is asked. Everything relative is still relative; see `QueryPlan` for what it comes to.
package struct MetricQuery: Sendable, Hashable {
    package enum Group: String, Sendable, CaseIterable {
        case source, account
    }

    package var metrics: [MetricName]
    package var range: DateRange
    /// Nil: no series.
    package var interval: Interval?
    package var groups: Set<Group>
    package var comparison: Comparison?
    package var matchWeekday: Bool
    /// What was known then; nil is now. Then is also when "today" was.
    package var asOf: Moment?
    package var timeZone: TimeZoneName

    package init(
        metrics: [MetricName],
        range: DateRange,
        interval: Interval? = nil,
        groups: Set<Group> = [],
        comparison: Comparison? = nil,
        matchWeekday: Bool = false,
        asOf: Moment? = nil,
        timeZone: TimeZoneName = .utc
    ) {
        (self.metrics, self.range, self.interval, self.groups) = (metrics, range, interval, groups)
        (self.comparison, self.matchWeekday, self.asOf, self.timeZone) = (comparison, matchWeekday, asOf, timeZone)
    }

    /// How many metrics one question may name.
    package static let mostMetrics = 20
    /// How many values one answer may have, over all groups, pieces of series and the comparison.
    package static let mostValues = 50_000
}
