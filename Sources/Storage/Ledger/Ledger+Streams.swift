// What a stream has posted before.
package import Domain
import Postgres

extension Ledger {
    /// The points that exist and have an entry of the stream.
    package func points(postedBy stream: String, of user: UserID) async throws -> [PostedPointKey] {
        let rows = try await database.query(
            """
            select source_name, account_ref, metric_name, metric_date from public.metrics where user_id = \(user)
            group by 1, 2, 3, 4 having sum(presence) > 0 and bool_or(meta ->> 'stream' = \(stream))
            """,
            within: Self.postingDeadline
        )
        return try rows.map { row in
            let account = SourceAccount(source: try SourceName(try row.get(0)), ref: try AccountRef(try row.get(1)))
            return PostedPointKey(account: account, metric: try row.get(2), day: try row.get(3))
        }
    }
}
