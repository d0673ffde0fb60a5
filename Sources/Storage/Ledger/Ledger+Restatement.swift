// What was restated last.
package import Domain
import Postgres

/// A point whose value was changed after it was first posted.
package struct Restatement: Sendable, Equatable {
    package let metric: MetricName
    package let day: Day
    package let before: ExactDecimal
    package let after: ExactDecimal
}

extension Ledger {
    /// The newest restatement of an account, with the point's value just before and just after it; nil when there was none.
    package func lastRestatement(of account: Account) async throws(StorageError) -> Restatement? {
        let rows = try await database.read(
            """
            select e.metric_name, e.metric_date, sum(b.metric_value) - e.metric_value, sum(b.metric_value)
            from (select * from public.metrics where \(Self.names(account)) and presence = 0 order by created_at desc, id desc limit 1) e
            join public.metrics b on b.user_id = e.user_id and b.source_name = e.source_name and b.account_ref = e.account_ref
              and b.metric_name = e.metric_name and b.metric_date = e.metric_date and (b.created_at, b.id) <= (e.created_at, e.id)
            group by e.metric_name, e.metric_date, e.metric_value
            """
        )
        return try decode { () throws(PostgresError) in
            guard let row = rows.first else { return nil }
            return Restatement(metric: try row.get(0), day: try row.get(1), before: try row.get(2), after: try row.get(3))
        }
    }
}
