// The brief's dashboard tiles: four all-time sums of one user.
package import Domain
import Postgres
package import Storage

/// All-time sums, as the brief defines them. That of `reach` counts a person again each day: kept for the brief's clients under this
/// name alone.
package struct Tiles: Sendable, Equatable {
    package let sessions: ExactDecimal
    package let conversions: ExactDecimal
    package let reach: ExactDecimal
    package let engagement: ExactDecimal
}

package struct TilesReport: Sendable {
    private let questions: Coalescer

    /// One statement over ready totals.
    package init(_ database: Database) {
        questions = Coalescer(database.pool) { emails in
            """
            select u.email,
                   coalesce(sum(t.total) filter (where t.metric_name = 'sessions'), 0),
                   coalesce(sum(t.total) filter (where t.metric_name = 'conversions'), 0),
                   coalesce(sum(t.total) filter (where t.metric_name = 'reach'), 0),
                   coalesce(sum(t.total) filter (where t.metric_name = 'engagement'), 0)
            from public.users u
            left join livinglytics.totals t
              on t.user_id = u.id and t.metric_name in ('sessions', 'conversions', 'reach', 'engagement')
            where u.email = any(\(emails))
            group by u.id
            """
        }
    }

    /// For the service key alone: questions about several users share a statement.
    /// - Returns: nil when there is no such user; zeros when he has no entries.
    package func tiles(email: String) async throws(StorageError) -> Tiles? {
        try await translated { () throws(PostgresError) in
            guard let row = try await questions.row(for: email) else { return nil }
            return Tiles(
                sessions: try row.get(1),
                conversions: try row.get(2),
                reach: try row.get(3),
                engagement: try row.get(4)
            )
        }
    }
}
