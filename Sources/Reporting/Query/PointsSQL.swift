// The SQL behind an answer: a user's points in the days asked for, summed up by what the answer tells apart.
//
// Every statement names the user, and reaches a series' days by the whole prefix of metrics_points_idx: what it costs depends on the
// days asked for, never on how many entries the user or the table has.
import Domain
import Postgres

struct PointsSQL {
    let user: UserID
    let plan: QueryPlan

    /// Sums, newest values and counts of points, for each metric, group, period and piece of a series.
    ///
    /// Columns: metric, source, account, period (0 asked, 1 comparison), first day of the piece or NULL for the whole period, accounts,
    /// points, sum, sum of each account's newest value, day of the newest.
    /// - Parameter last: metrics of which the newest value is wanted.
    func tallies(of names: Set<MetricName>, newestOf last: Set<MetricName>) -> SQL {
        """
        with \(points(of: names)), per_account as (
          select metric_name, source_name, account_ref, period, piece, count(*) as points, sum(value) as total,
                 (array_agg(value order by metric_date desc) filter (where metric_name = any(\(last.sortedTexts))))[1] as newest,
                 max(metric_date) as newest_day
          from points
          group by \(unsafe: groupings("metric_name, source_name, account_ref, period"))
        )
        select metric_name, \(unsafe: source), \(unsafe: account), period, piece,
               count(*), sum(points), sum(total), sum(newest), max(newest_day)
        from per_account group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
        """
    }

    /// A ratio, or a weighted mean: sums over the days and accounts on which it is known. Nil for a metric that is neither.
    ///
    /// Columns: metric, source, account, period and piece as above, accounts and points of which it is known (none where there are parts that
    /// do not meet), sum of numerators, sum of denominators, how many points have a ratio and nothing to weigh it by, and their sum.
    func ratios(_ metric: Metric) -> SQL? {
        guard let denominator = metric.aggregation.denominator else { return nil }
        let (name, numerator) = (metric.name, metric.aggregation.numerator)
        let names = Set([name] + metric.aggregation.summedParts)
        return """
            with \(points(of: names)), days as (
              select source_name, account_ref, period, piece, metric_date,
                     max(value) filter (where metric_name = \(numerator?.text ?? "")) as n,
                     max(value) filter (where metric_name = \(denominator)) as d,
                     max(value) filter (where metric_name = \(name)) as r
              from points group by 1, 2, 3, 4, 5
            ), known as (
              select \(unsafe: source) as of_source, \(unsafe: account) as of_account, source_name, account_ref, period, piece,
                     r is not null or n is not null and d is not null as is_known, d, coalesce(n, r * d) as n,
                     case when d is null then r end as unweighted
              from days
            )
            select \(name)::text, of_source, of_account, period, piece, count(distinct (source_name, account_ref)) filter (where is_known),
                   count(*) filter (where is_known), sum(n) filter (where is_known and d is not null), sum(d) filter (where is_known),
                   count(unweighted), sum(unweighted)
            from known group by \(unsafe: groupings("of_source, of_account, period")) order by 2, 3, 4, 5
            """
    }

    /// What tells groups apart, or nothing where it is not asked for.
    private var source: String { plan.query.groups.contains(.source) ? "source_name" : "null::text" }
    private var account: String { plan.query.groups.contains(.account) ? "account_ref" : "null::text" }

    /// Each whole period, and each piece of a series where there is one.
    private func groupings(_ columns: String) -> String {
        plan.query.interval == nil ? "\(columns), piece" : "grouping sets ((\(columns)), (\(columns), piece))"
    }

    /// The points of some metrics in both periods, as far as they were known: metric, source, account, period, day, value, piece.
    private func points(of names: Set<MetricName>) -> SQL {
        let series = plan.series.filter { names.contains($0.metric) }
        let periods = [plan.days] + (plan.comparisonDays.map { [$0] } ?? [])
        return """
            series as (
              select * from unnest(
                \(series.map(\.metric.text))::text[], \(series.map(\.source))::text[], \(series.map(\.account))::text[]
              ) s (metric_name, source_name, account_ref)
            ), periods as (
              select ordinality - 1 as period, first, last
              from unnest(
                \(periods.map(\.lowerBound.description))::date[], \(periods.map(\.upperBound.description))::date[]
              ) with ordinality p (first, last, ordinality)
            ), points as (
              select s.*, p.period, m.metric_date, m.value, \(pieceOf: plan.query.interval) as piece
              from series s cross join periods p cross join lateral (
                select metric_date, sum(metric_value) as value
                from public.metrics m
                where m.user_id = \(user) and m.metric_name = s.metric_name and m.source_name = s.source_name
                  and m.account_ref = s.account_ref and m.metric_date between p.first and p.last \(known: plan.vantage.asOf)
                group by metric_date having sum(presence) > 0
              ) m
            )
            """
    }
}

extension SQL.Interpolation {
    /// Entries made up to then. One without a stamp has always been there.
    mutating func appendInterpolation(known asOf: String) {
        appendInterpolation("and (created_at <= \(asOf)::timestamptz or created_at is null)" as SQL)
    }

    /// The first day of the piece that a day lies in.
    fileprivate mutating func appendInterpolation(pieceOf interval: Interval?) {
        switch interval {
        case nil: appendLiteral("null::date")
        case .day: appendLiteral("m.metric_date")
        case .week, .month, .year:
            let unit = interval?.rawValue ?? ""
            appendInterpolation("greatest(date_trunc(\(unit), m.metric_date::timestamp)::date, p.first)" as SQL)
        }
    }
}

extension Set<MetricName> {
    fileprivate var sortedTexts: [String] { map(\.text).sorted() }
}
