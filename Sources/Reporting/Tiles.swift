// The brief's dashboard tiles: four all-time sums of one user.
package import Domain
import Postgres
package import Storage

/// Sums, as the brief defines them. That of `reach` counts a person again each day: kept for the brief's clients under this
/// name alone.
package struct Tiles: Sendable, Equatable {
    package let sessions: ExactDecimal
    package let conversions: ExactDecimal
    package let reach: ExactDecimal
    package let engagement: ExactDecimal
}

package struct TilesReport: Sendable {
    private let database: Database
    private let questions: Coalescer

    /// One statement over ready totals.
    package init(_ database: Database) {
        self.database = database
        questions = Coalescer(database.pool) { emails in
            """
            select u.email, t.sessions, t.conversions, t.reach, t.engagement
            from public.users u
            cross join lateral (
              select coalesce(sum(total) filter (where metric_name = 'sessions'), 0) as sessions,
                     coalesce(sum(total) filter (where metric_name = 'conversions'), 0) as conversions,
                     coalesce(sum(total) filter (where metric_name = 'reach'), 0) as reach,
                     coalesce(sum(total) filter (where metric_name = 'engagement'), 0) as engagement
              from livinglytics.totals
              where user_id = u.id and metric_name in ('sessions', 'conversions', 'reach', 'engagement')
            ) t
            where u.email = any(\(emails))
            """
        }
    }

    /// All-time sums. For the service key alone: questions about several users share a statement.
    /// - Returns: nil when there is no such user; zeros when he has no entries.
    package func tiles(email: String) async throws(StorageError) -> Tiles? {
        try await translated { () throws(PostgresError) in
            guard let row = try await questions.row(for: email) else { return nil }
            return try Tiles(row: row)
        }
    }

    /// Sums of some days. The totals say which series there are, and each is read by the index, its days alone.
    /// - Returns: nil when there is no such user; zeros when he has no entries in these days.
    package func tiles(email: String, days: Days) async throws(StorageError) -> Tiles? {
        let rows = try await database.read(
            """
            select u.email, coalesce(sum(d.total) filter (where t.metric_name = 'sessions'), 0),
                   coalesce(sum(d.total) filter (where t.metric_name = 'conversions'), 0),
                   coalesce(sum(d.total) filter (where t.metric_name = 'reach'), 0),
                   coalesce(sum(d.total) filter (where t.metric_name = 'engagement'), 0)
            from public.users u
            left join livinglytics.totals t
              on t.user_id = u.id and t.metric_name in ('sessions', 'conversions', 'reach', 'engagement')
            left join lateral (
              select sum(metric_value) as total from public.metrics m
              where m.user_id = t.user_id and m.metric_name = t.metric_name and m.source_name = t.source_name
                and m.account_ref = t.account_ref and m.metric_date between \(days.lowerBound) and \(days.upperBound)
            ) d on true
            where u.email = \(email) group by u.id
            """
        )
        return try decode { () throws(PostgresError) in try rows.first.map { row throws(PostgresError) in try Tiles(row: row) } }
    }
}

extension Tiles {
    /// The key, and the four sums.
    fileprivate init(row: Row) throws(PostgresError) {
        self.init(sessions: try row.get(1), conversions: try row.get(2), reach: try row.get(3), engagement: try row.get(4))
    }
}
