// Which entries a list, a comparison or an export is about.
package import Domain
import Postgres

/// Which entries.
package struct EntryFilter: Sendable {
    package var metric: MetricName?
    package var source: String?
    package var account: String?
    package var days: Days?

    package init(metric: MetricName? = nil, source: String? = nil, account: String? = nil, days: Days? = nil) {
        (self.metric, self.source, self.account, self.days) = (metric, source, account, days)
    }

    /// Over `public.metrics m`.
    func sql(_ user: UserID) -> SQL {
        var sql: SQL = "m.user_id = \(user)"
        if let metric { sql = "\(sql) and m.metric_name = \(metric)" }
        if let source { sql = "\(sql) and m.source_name = \(source)" }
        if let account { sql = "\(sql) and m.account_ref = \(account)" }
        if let days { sql = "\(sql) and m.metric_date between \(days.lowerBound) and \(days.upperBound)" }
        return sql
    }
}
