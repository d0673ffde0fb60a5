// Points under an account beside the same ones without: together they would count twice.
package import Domain
import Postgres

/// The same metric and days of a source are there without an account, or under one, as the case may be.
package struct DoubledPoints: Error, Sendable, CustomStringConvertible {
    package struct Metric: Sendable {
        package let source: String
        package let name: MetricName
        package let count: Int
        package let days: ClosedRange<Day>
    }

    package let metrics: [Metric]
    /// Whether those that are there have an account, and those to be posted none.
    package let areNamed: Bool

    package var description: String {
        let shown = metrics.prefix(10).map { "\($0.count) of \($0.name) (\($0.source), \($0.days.lowerBound)..\($0.days.upperBound))" }
        let further = metrics.count > shown.count ? " and \(metrics.count - shown.count) metrics more" : ""
        let what =
            "values that were posted \(areNamed ? "under" : "without") an account are of the same days: \(shown.joined(separator: ", "))\(further). "
            + "Both would count, so each number would be doubled. "
        let way =
            areNamed
            ? "To restate them, name their account (--account)"
            : "To withdraw those without an account in the same posting say so (--take-over); to restate them, name no account"
        return "\(what)\(way). Nothing of it was posted"
    }
}

extension Ledger {
    /// After the accounts are locked, those without a name among them.
    func settleDoubles(of user: UserID, _ rule: PostingRules.Doubles, in transaction: Transaction) async throws {
        try await refuse(Self.doubles(user, staged: "= ''", there: "<> ''"), areNamed: true, in: transaction)
        let unnamed = Self.doubles(user, staged: "<> ''", there: "= ''")
        guard rule == .takenOver else { return try await refuse(unnamed, areNamed: false, in: transaction) }
        try await transaction.query(
            """
            insert into pg_temp.staged_points (source_name, account_ref, metric_name, metric_date)
            select source_name, '', metric_name, metric_date from (\(unnamed)) d
            """
        )
    }

    private func refuse(_ doubles: SQL, areNamed: Bool, in transaction: Transaction) async throws {
        let rows = try await transaction.query(
            "select source_name, metric_name, count(*), min(metric_date), max(metric_date) from (\(doubles)) d group by 1, 2 order by 1, 2"
        )
        if rows.isEmpty { return }
        let metrics = try rows.map { row in
            let (first, last): (Day, Day) = (try row.get(3), try row.get(4))
            return DoubledPoints.Metric(source: try row.get(0), name: try row.get(1), count: try row.get(2), days: first...last)
        }
        throw DoubledPoints(metrics: metrics, areNamed: areNamed)
    }

    /// Metrics and days that are staged with such accounts alone, and have points of other ones.
    private static func doubles(_ user: UserID, staged: SQL, there: SQL) -> SQL {
        """
        with places as materialized (
          -- Of totals there are few: mostly they say at once that there is nothing to look for.
          select * from (
            select source_name, metric_name, min(metric_date) as first_day, max(metric_date) as last_day
            from pg_temp.staged_points where account_ref \(staged) group by 1, 2
          ) s
          where exists (select from livinglytics.totals t where t.user_id = \(user) and t.source_name = s.source_name
                          and t.metric_name = s.metric_name and t.account_ref \(there))
        ), known as (
          select distinct source_name, metric_name, metric_date from (
            select source_name, account_ref, metric_name, metric_date from public.metrics m
            where m.user_id = \(user) and m.metric_name = any(array(select metric_name from places))
              and m.source_name = any(array(select source_name from places)) and m.account_ref \(there)
              and m.metric_date between (select min(first_day) from places) and (select max(last_day) from places)
            group by 1, 2, 3, 4 having sum(presence) > 0
          ) k
        )
        select k.source_name, k.metric_name, k.metric_date from known k
        join (select source_name, metric_name, metric_date from pg_temp.staged_points group by 1, 2, 3
              having bool_and(account_ref \(staged)) and bool_or(value is not null)) s using (source_name, metric_name, metric_date)
        """
    }
}
