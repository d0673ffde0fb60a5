// A question with everything resolved: which days, whose points, how they add up.
import Domain

/// A metric of one account of a source, and the days of its first and last point as far as they are known. Source and account are as they
/// were written, which may be by somebody else's SQL.
struct Series: Sendable {
    let metric: MetricName
    let source: String
    let account: String
    let first: Day
    let last: Day
    /// When the newest of its entries was made.
    let lastEntryAt: String?
}

/// A metric that is answered, and whether anybody declared it.
struct Measure: Sendable {
    let metric: Metric
    let isDeclared: Bool
    /// The longest of its own and its parts'.
    let settlingDays: Int

    init(_ metric: Metric, isDeclared: Bool, _ vocabulary: Vocabulary) {
        (self.metric, self.isDeclared) = (metric, isDeclared)
        settlingDays = metric.aggregation.summedParts.compactMap { vocabulary[$0]?.settlingDays }.reduce(metric.settlingDays, max)
    }
}

/// When the question is asked, or as of when.
struct Vantage: Sendable {
    /// Where the question's time zone is.
    let today: Day
    /// RFC 3339, in UTC, with microseconds.
    let asOf: String
    /// Whether nothing can be posted any more that was known then.
    let isFinal: Bool
}

/// A question with everything resolved.
struct QueryPlan: Sendable {
    let query: MetricQuery
    let vantage: Vantage
    let days: Days
    let comparisonDays: Days?
    let measures: [Measure]
    let series: [Series]

    /// - Parameter series: all that there are of the metrics named and their parts.
    init(_ query: MetricQuery, vocabulary: Vocabulary, vantage: Vantage, series: [Series]) throws(QueryProblem) {
        (self.query, self.vantage, self.series) = (query, vantage, series)
        measures = try Self.measures(query, vocabulary, present: Set(series.map(\.metric)))
        let yesterday = vantage.today.adding(days: -1)
        guard let days = query.range.resolved(today: vantage.today, first: series.map(\.first).min()) ?? yesterday.map({ $0...$0 }) else {
            throw .outsideTheCalendar
        }
        self.days = days
        comparisonDays = try Self.comparisonDays(query, days)
        try checkSize()
    }

    /// The metrics of the answer: a metric that is asked for without its currency is answered in each.
    private static func measures(_ query: MetricQuery, _ vocabulary: Vocabulary, present: Set<MetricName>) throws(QueryProblem) -> [Measure]
    {
        var measures: [Measure] = []
        for (index, name) in query.metrics.enumerated() {
            let currencies = name == Vocabulary.perCurrency ? present.filter { Vocabulary.isCurrency($0) } : []
            for currency in currencies.sorted(by: { $0.text < $1.text }) {
                if let metric = vocabulary[currency] { measures.append(Measure(metric, isDeclared: true, vocabulary)) }
            }
            guard currencies.isEmpty || present.contains(name) else { continue }
            if let metric = vocabulary[name] {
                measures.append(Measure(metric, isDeclared: true, vocabulary))
            } else if present.contains(name) {
                measures.append(Measure(Metric(undeclared: name), isDeclared: false, vocabulary))
            } else {
                throw .unknownMetric(index: index, name)
            }
        }
        // `ad_spend` and `ad_spend.EUR` in one question are not two answers about euros.
        return measures.enumerated().filter { index, measure in
            !measures[..<index].contains { $0.metric.name == measure.metric.name }
        }.map(\.element)
    }

    private static func comparisonDays(_ query: MetricQuery, _ days: Days) throws(QueryProblem) -> Days? {
        guard let comparison = query.comparison else {
            if query.matchWeekday { throw .weekdaysWithoutComparison }
            return nil
        }
        if query.matchWeekday, case .days = comparison { throw .weekdaysOfGivenDays }
        if comparison == .previousPeriod, query.range == .all { throw .noComparison(query.range) }
        guard let found = comparison.resolved(days, of: query.range, matchWeekday: query.matchWeekday) else {
            throw .comparisonOutsideTheCalendar
        }
        return found
    }

    private func checkSize() throws(QueryProblem) {
        func pieces(_ days: Days) -> Int { query.interval.map { days.cut(by: $0).count } ?? 1 }
        let pieces = pieces(days) + (comparisonDays.map(pieces) ?? 0)
        let groups = query.groups.isEmpty ? measures.count : max(series.count, measures.count)
        guard pieces * groups <= MetricQuery.mostValues else { throw .tooManyValues(pieces * groups) }
    }

    /// The names whose points a question needs: those that it names and what they are made of.
    static func names(_ query: MetricQuery, _ vocabulary: Vocabulary) -> [MetricName] {
        var names: [MetricName] = []
        for name in query.metrics {
            for needed in [name] + (vocabulary[name]?.aggregation.parts ?? []) where !names.contains(needed) { names.append(needed) }
        }
        return names
    }

    /// What can be seen to be wrong before anything is looked up.
    static func check(_ query: MetricQuery) throws(QueryProblem) {
        if query.metrics.isEmpty { throw .noMetrics }
        if query.metrics.count > MetricQuery.mostMetrics { throw .tooManyMetrics(query.metrics.count) }
        for (index, name) in query.metrics.enumerated() where query.metrics[..<index].contains(name) {
            throw .repeatedMetric(index: index, name)
        }
    }
}
