// Points posted under an account that others without one would double.
package import Domain
import Postgres

/// The same metric and days of a source are there without an account: under one they would count twice.
package struct DoubledPoints: Error, Sendable, CustomStringConvertible {
    package struct Metric: Sendable {
        package let source: String
        package let name: MetricName
        package let count: Int
        package let days: ClosedRange<Day>
    }

    package let metrics: [Metric]

    package var description: String {
        let shown = metrics.prefix(10).map { "\($0.count) of \($0.name) (\($0.source), \($0.days.lowerBound)..\($0.days.upperBound))" }
        let further = metrics.count > shown.count ? " and \(metrics.count - shown.count) metrics more" : ""
        return
            "values that were posted without an account are of the same days: \(shown.joined(separator: ", "))\(further). Both would count, so "
            + "each number would be doubled. To withdraw those without an account in the same posting say so (--take-over); to restate them, "
            + "name no account. Nothing was posted"
    }
}

extension Ledger {
    /// After the accounts are locked, those without a name among them.
    func settleDoubles(of user: UserID, _ rule: PostingRules.Doubles, in transaction: Transaction) async throws {
        if rule == .takenOver {
            try await transaction.query(
                """
                insert into pg_temp.staged_points (source_name, account_ref, metric_name, metric_date)
                select source_name, '', metric_name, metric_date from (\(Self.doubles(user))) d
                """
            )
            return
        }
        let rows = try await transaction.query(
            """
            select source_name, metric_name, count(*), min(metric_date), max(metric_date) from (\(Self.doubles(user))) d
            group by 1, 2 order by 1, 2
            """
        )
        if rows.isEmpty { return }
        throw DoubledPoints(
            metrics: try rows.map { row in
                let (first, last): (Day, Day) = (try row.get(3), try row.get(4))
                return DoubledPoints.Metric(source: try row.get(0), name: try row.get(1), count: try row.get(2), days: first...last)
            }
        )
    }

    /// Points without an account, of a metric and day that is staged under one and not without.
    private static func doubles(_ user: UserID) -> SQL {
        let places: SQL = "places"
        return """
            with places as materialized (
              select source_name, '' as account_ref, metric_name, min(metric_date) as first_day, max(metric_date) as last_day
              from pg_temp.staged_points where account_ref <> '' group by 1, 2, 3
            ), known as (
              \(entries(
                user,
                of: places,
                columns: "source_name, metric_name, metric_date",
                tail: "group by 1, 2, 3 having sum(presence) > 0"
              ))
            )
            select k.source_name, k.metric_name, k.metric_date from known k
            join (select source_name, metric_name, metric_date from pg_temp.staged_points group by 1, 2, 3
                  having bool_and(account_ref <> '') and bool_or(value is not null)) s using (source_name, metric_name, metric_date)
            """
    }
}
