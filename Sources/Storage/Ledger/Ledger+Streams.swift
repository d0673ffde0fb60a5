// What a stream has posted before.
package import Domain
import Postgres

extension Ledger {
    /// The points of some accounts that exist, and whose newest entry is the stream's.
    package func points(postedBy stream: String, to accounts: [SourceAccount], of user: UserID) async throws -> [PostedPointKey] {
        let rows = try await database.query(
            """
            select source_name, account_ref, metric_name, metric_date from public.metrics
            where user_id = \(user) and (source_name, account_ref) in (
              select * from unnest(\(accounts.map(\.source.text))::text[], \(accounts.map(\.ref.text))::text[]))
            group by 1, 2, 3, 4
            having sum(presence) > 0 and (array_agg(meta ->> 'stream' order by created_at desc nulls last, id desc))[1] = \(stream)
            """,
            within: Self.postingDeadline
        )
        return try rows.map { row in
            PostedPointKey(account: try SourceAccount(row: row), metric: try row.get(2), day: try row.get(3))
        }
    }
}
