// From what PostgreSQL summed up to the answer: results, series, comparisons.
import Domain

extension QueryPlan {
    func answer(_ tallies: Tallies) -> QueryAnswer {
        let results = measures.flatMap { measure in
            // Without a point the metric is still answered: it is missing.
            let groups = measure.metric.ownNames.reduce(into: expectedGroups(measure.metric)) { $0.formUnion(tallies.groups(of: $1)) }
            return (groups.isEmpty ? [GroupKey(source: nil, account: nil)] : groups).sorted().map { result(measure, $0, tallies) }
        }
        return QueryAnswer(query: resolved, results: results, freshness: freshness)
    }

    private func result(_ measure: Measure, _ group: GroupKey, _ tallies: Tallies) -> MetricResult {
        let sources = self.series.filter { measure.metric.sourceNames.contains($0.metric) && isIn(group, $0) }
        let accounts: [[Days]] = Dictionary(grouping: sources, by: \.place).values.map { $0.map { $0.first...$0.last } }
        // A ratio whose parts lie in different accounts has one point a day from all of them together.
        let isOnePerDay = measure.metric.aggregation.isDerived && !partsMeet(measure.metric)
        let own = [false, true].map { tallies[measure.metric.name, group, isComparison: $0] }
        func value(_ days: Days, isComparison: Bool, isPiece: Bool) -> Value {
            func tally(_ found: PeriodTally?) -> Tally? { isPiece ? found?.piece(from: days.lowerBound) : found?.whole }
            let expected = accounts.count { $0.contains { Self.isExpected($0, days) } }
            return Valuation(
                aggregation: measure.metric.aggregation,
                settlingDays: measure.settlingDays,
                days: days,
                today: vantage.today,
                expectedPoints: days.length * (isOnePerDay ? min(expected, 1) : expected),
                tally: tally(own[isComparison ? 1 : 0]),
                // People of several accounts don't add, whatever their windows; one that was closed before counts none.
                window: expected == 1
                    ? measure.metric.window(of: days).flatMap {
                        tally(tallies[$0, group, isComparison: isComparison])?.newest(on: days.upperBound)
                    } : nil
            ).value
        }
        func series(_ days: Days, isComparison: Bool) -> [Piece]? {
            query.interval.map { interval in
                days.cut(by: interval).map { Piece(days: $0, value: value($0, isComparison: isComparison, isPiece: true)) }
            }
        }
        let now = value(days, isComparison: false, isPiece: false)
        return MetricResult(
            metric: measure.metric,
            isDeclared: measure.isDeclared,
            group: group,
            value: now,
            comparison: comparisonDays.map { before in
                Change(
                    from: value(before, isComparison: true, isPiece: false),
                    to: now,
                    obstacle: measure.metric.obstacle(days, before, today: vantage.today, areAlike: areAlike(days, before))
                )
            },
            series: series(days, isComparison: false),
            comparisonSeries: comparisonDays.flatMap { series($0, isComparison: true) }
        )
    }

    /// An account that has had no point for longer than this before some days is taken for closed: none is expected in them.
    private static let silence = 35

    /// Groups that should have points in the days asked about: without one they are missing, and not gone.
    private func expectedGroups(_ metric: Metric) -> Set<GroupKey> {
        let names = metric.sourceNames
        return Set(
            series.filter { names.contains($0.metric) && Self.isExpected($0.first...$0.last, days) }.map(group)
        )
    }

    func group(of series: Series) -> GroupKey {
        GroupKey(
            source: query.groups.contains(.source) ? series.source : nil,
            account: query.groups.contains(.account) ? series.account : nil
        )
    }

    /// Whether a ratio is of each account by itself. Spend of one account by orders of another is a ratio, too: that of their sums, day by
    /// day, where no account has both and none has the ratio itself.
    func partsMeet(_ metric: Metric) -> Bool {
        guard let numerator = metric.aggregation.numerator, let denominator = metric.aggregation.denominator else { return true }
        let accounts = { (name: MetricName) in
            Set(series.filter { $0.metric == name }.map(\.place))
        }
        return !accounts(metric.name).isEmpty || !accounts(numerator).isDisjoint(with: accounts(denominator))
    }

    /// Whether an account should have a point on each of the days: it had begun and was not closed.
    /// - Parameter span: from its first point to its last.
    private static func isExpected(_ span: Days, _ days: Days) -> Bool {
        span.lowerBound <= days.upperBound && span.upperBound.distance(to: days.lowerBound) <= silence
    }

    /// Whole months, quarters and years are compared though they differ by a day or three: everybody does.
    private func areAlike(_ days: Days, _ before: Days) -> Bool {
        switch (query.comparison, query.range) {
        case (.previousYear, _): DateRange.Calendar.month.isWhole(days) && DateRange.Calendar.month.isWhole(before)
        case (_, .current(let calendar)): calendar.isWhole(days) && calendar.isWhole(before)
        default: false
        }
    }

    private func isIn(_ group: GroupKey, _ series: Series) -> Bool {
        group.source.map { $0 == series.source } ?? true && group.account.map { $0 == series.account } ?? true
    }

    private var resolved: ResolvedQuery {
        ResolvedQuery(
            metrics: query.metrics,
            days: days,
            comparisonDays: comparisonDays,
            interval: query.interval,
            groups: MetricQuery.Group.allCases.filter(query.groups.contains),
            matchWeekday: query.matchWeekday,
            asOf: vantage.asOf,
            isFinal: vantage.isFinal,
            timeZone: query.timeZone,
            today: vantage.today
        )
    }

    /// Per account, over all metrics of the answer.
    private var freshness: [Freshness] {
        Dictionary(grouping: series, by: \.place).map { key, series in
            Freshness(
                source: key.source,
                account: key.account,
                lastDay: series.map(\.last).max() ?? vantage.today,
                lastEntryAt: series.compactMap(\.lastEntryAt).max()
            )
        }.sorted { ($0.source, $0.account) < ($1.source, $1.account) }
    }
}

extension Series {
    /// The account it is of.
    fileprivate struct Place: Hashable {
        let source: String
        let account: String
    }

    fileprivate var place: Place { Place(source: source, account: account) }
}

extension GroupKey: Comparable {
    package static func < (left: GroupKey, right: GroupKey) -> Bool {
        (left.source ?? "", left.account ?? "") < (right.source ?? "", right.account ?? "")
    }
}

extension Aggregation {
    /// Whether its value is computed from other metrics' points.
    var isDerived: Bool { denominator != nil }
}

extension Metric {
    /// Under which names there are points that it can be made of.
    fileprivate var sourceNames: [MetricName] { [name] + aggregation.parts }

    /// Under which names its own numbers are found: people over longer windows are stored beside those of a day.
    fileprivate var ownNames: [MetricName] { aggregation.isDerived ? [name] : [name] + aggregation.parts }

    /// The metric that holds the count of people over exactly so many days, if there may be one.
    fileprivate func window(of days: Days) -> MetricName? {
        switch aggregation {
        case .unique(let windows): windows[days.length]
        case .sum, .last, .ratio, .weighted: nil
        }
    }
}

extension Tally {
    /// The newest value if it is that of this very day: a window that ended earlier is another one.
    fileprivate func newest(on day: Day) -> ExactDecimal? {
        guard case .values(let accounts, _, let newest, let newestDay) = sums, accounts == 1, newestDay == day else { return nil }
        return newest
    }
}
