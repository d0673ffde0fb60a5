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
