// The SQL behind an answer: a user's points in the days asked for, summed up by what the answer tells apart.
//
// Every statement names the user, and reaches a series' days by the whole prefix of metrics_points_idx: what it costs depends on the
// days asked for, never on how many entries the user or the table has. What is told apart goes out and comes back as a number, its slot:
// PostgreSQL sorts and compares numbers much faster than three texts.
import Domain
import Postgres

struct PointsSQL {
    let user: UserID
    let plan: QueryPlan
    let slots: Slots

    /// Sums and counts of points of metrics that add up, of each piece of a series or, without an interval, of each whole period. A row holds
    /// all pieces: thousands of rows would cost more than what is in them.
    ///
    /// Columns: slot, period (0 asked, 1 comparison), and of each piece its first day (days since 1970), points (NULL: one each), sum.
    func sums(of names: Set<MetricName>) -> SQL {
        let series = plan.series.filter { names.contains($0.metric) }
        let isAlone = Set(series.map { slots.number(of: $0.metric, plan.group(of: $0)) }).count == series.count
        if plan.query.interval == .day && isAlone {
            // A day of one account is a point, and a series' points come as they lie: no second grouping.
            return """
                with \(wanted(names))
                select s.slot, p.period, m.*
                from series s cross join periods p cross join lateral (
                  select array_agg(metric_date - '1970-01-01') as days, null, array_agg(value) from (\(pointsOfSeries)) m
                ) m
                where m.days is not null
                """
        }
        // Grouped slot by slot, where days are few and come nearly in order: half the time of one grouping of everything.
        return """
            with \(wanted(names))
            select n.slot, p.period, m.*
            from (select distinct slot from series) n cross join periods p cross join lateral (
              select array_agg(coalesce(piece - '1970-01-01', 0)) as days, array_agg(points), array_agg(total)
              from (
                select \(pieceOf: plan.query.interval) as piece, count(*) as points, sum(value) as total
                from series s cross join lateral (\(pointsOfSeries)) m where s.slot = n.slot group by 1
              ) pieces
            ) m
            where m.days is not null
            """
    }

    /// Sums, newest values and counts of points, for each whole period and piece of a series.
    ///
    /// Columns: slot, period, first day of the piece (NULL for the whole period), accounts, points, sum, sum of each account's newest value, day of
    /// the newest.
    func newest(of names: Set<MetricName>) -> SQL {
        """
        with \(wanted(names)), \(points), per_account as (
          select slot, series, period, piece, count(*) as points, sum(value) as total,
                 (array_agg(value order by metric_date desc))[1] as newest, max(metric_date) as newest_day
          from points
          group by \(unsafe: groupings("slot, series, period"))
        )
        select slot, period, piece, count(*), sum(points), sum(total), sum(newest), max(newest_day)
        from per_account group by 1, 2, 3
        """
    }

    /// A ratio, or a weighted mean: sums over the days and accounts on which it is known. Nil for a metric that is neither.
    ///
    /// Columns: slot, period and piece as above, accounts and points of which it is known (none where there are parts that do not meet), sum
    /// of numerators, sum of denominators, how many points have a ratio and nothing to weigh it by, and their sum.
    func ratios(_ metric: Metric) -> SQL? {
        guard let denominator = metric.aggregation.denominator else { return nil }
        let (name, numerator) = (metric.name, metric.aggregation.numerator)
        return """
            with \(wanted(Set([name] + metric.aggregation.summedParts), as: name)), \(points), days as (
              select slot, \(unsafe: plan.partsMeet(metric) ? "account" : "0 as account"), period, piece, metric_date,
                     sum(value) filter (where metric_name = \(numerator?.text ?? "")) as n,
                     sum(value) filter (where metric_name = \(denominator)) as d,
                     sum(value) filter (where metric_name = \(name)) as r
              from points group by 1, 2, 3, 4, 5
            ), known as (
              select slot, account, period, piece, r is not null or n is not null and d is not null as is_known, d, coalesce(n, r * d) as n,
                     case when d is null then r end as unweighted
              from days
            )
            select slot, period, piece, count(distinct account) filter (where is_known),
                   count(*) filter (where is_known), sum(n) filter (where is_known and d is not null), sum(d) filter (where is_known),
                   count(unweighted), sum(unweighted)
            from known group by \(unsafe: groupings("slot, period"))
            """
    }

    /// Each whole period, and each piece of a series where there is one.
    private func groupings(_ columns: String) -> String {
        plan.query.interval == nil ? "\(columns), piece" : "grouping sets ((\(columns)), (\(columns), piece))"
    }

    /// Which series, and in which periods: slot and account by number.
    /// - Parameter whole: the metric that they are parts of; nil where each stands for itself.
    private func wanted(_ names: Set<MetricName>, as whole: MetricName? = nil) -> SQL {
        let series = plan.series.filter { names.contains($0.metric) }
        let numbers = series.map { "\(slots.number(of: whole ?? $0.metric, plan.group(of: $0)))" }
        let periods = [plan.days] + (plan.comparisonDays.map { [$0] } ?? [])
        return """
            series as (
              select s.*, \(unsafe: whole == nil ? "0" : "dense_rank() over (order by source_name, account_ref)") as account
              from unnest(
                \(numbers)::int[], \(series.map(\.metric.text))::text[], \(series.map(\.source))::text[], \(series.map(\.account))::text[]
              ) with ordinality s (slot, metric_name, source_name, account_ref, series)
            ), periods as (
              select ordinality - 1 as period, first, last
              from unnest(
                \(periods.map(\.lowerBound.description))::date[], \(periods.map(\.upperBound.description))::date[]
              ) with ordinality p (first, last, ordinality)
            )
            """
    }

    /// Their points: slot, series and account by number, metric, period, day, value, piece.
    private var points: SQL {
        """
        points as (
          select s.slot, s.series, s.account, s.metric_name, p.period, m.metric_date, m.value, \(pieceOf: plan.query.interval) as piece
          from series s cross join periods p cross join lateral (\(pointsOfSeries)) m
        )
        """
    }

    /// The points of series s in period p, as far as they were known.
    private var pointsOfSeries: SQL {
        """
        select metric_date, sum(metric_value) as value
        from public.metrics m
        where m.user_id = \(user) and m.metric_name = s.metric_name and m.source_name = s.source_name
          and m.account_ref = s.account_ref and m.metric_date between p.first and p.last \(known: plan.vantage.asOf)
        group by metric_date having sum(presence) > 0
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
