// Whether the ready totals are what the entries add up to, and making them so.
import Postgres

/// A total that is not what its entries add up to.
package struct WrongTotal: Sendable, Equatable {
    package let metric: String
    package let source: String
    package let account: String
    /// As it is kept; nil where the row is missing.
    package let kept: String?
    /// What the entries add up to; nil where there are none.
    package let entries: String?

    package init(metric: String, source: String, account: String, kept: String?, entries: String?) {
        (self.metric, self.source, self.account, self.kept, self.entries) = (metric, source, account, kept, entries)
    }
}

package struct TotalsCheck: Sendable {
    private let database: Database

    /// It reads every entry that there is.
    private static let limit: Duration = .seconds(1800)

    package init(_ database: Database) {
        self.database = database
    }

    /// Compares all totals with all entries, as of one moment.
    /// - Returns: how many totals there are, how many of them are wrong, and the first ten of those.
    package func examine() async throws(StorageError) -> (totals: Int, wrong: Int, examples: [WrongTotal]) {
        let rows = try await database.snapshot([Self.comparison], within: Self.limit)[0]
        return try decode { () throws(PostgresError) in
            var examples: [WrongTotal] = []
            for row in rows where try row.get(2, as: String?.self) != nil {
                examples.append(
                    WrongTotal(
                        metric: try row.get(2),
                        source: try row.get(3),
                        account: try row.get(4),
                        kept: try row.get(5),
                        entries: try row.get(6)
                    )
                )
            }
            return (try rows[0].get(0), try rows[0].get(1), examples)
        }
    }

    /// Makes all totals anew from the entries. Writers wait meanwhile; readers see the old ones until the new ones stand.
    package func rebuild() async throws {
        try await database.transaction(within: Self.limit) { transaction in
            try await transaction.set("statement_timeout", to: "1800s")
            try await transaction.query("lock table public.metrics in share row exclusive mode")
            try await transaction.query("delete from livinglytics.totals")
            try await transaction.query("insert into livinglytics.totals \(Self.fromEntries)")
        }
    }

    private static let fromEntries: SQL =
        """
        select user_id, metric_name, source_name, account_ref, sum(metric_value) as total, count(*) as entries,
               max(created_at) as newest_at
        from public.metrics where user_id is not null group by 1, 2, 3, 4
        """

    /// The stamp of the newest entry, where it is the stamp that is wrong.
    private static func stamp(_ side: String) -> SQL {
        """
        case when (t.total, t.entries) = (m.total, m.entries) and t.newest_at is distinct from m.newest_at
             then ', newest ' || coalesce(\(unsafe: side).newest_at::text, 'without a stamp') else '' end
        """
    }

    private static let comparison: SQL =
        """
        with made as (\(fromEntries)), compared as (
          select coalesce(t.metric_name, m.metric_name) as metric, coalesce(t.source_name, m.source_name) as source,
                 coalesce(t.account_ref, m.account_ref) as account,
                 t.total::text || ' of ' || t.entries || \(Self.stamp("t")) as kept,
                 m.total::text || ' of ' || m.entries || \(Self.stamp("m")) as made,
                 (t.total, t.entries, t.newest_at) is distinct from (m.total, m.entries, m.newest_at) as is_wrong
          from livinglytics.totals t full join made m using (user_id, metric_name, source_name, account_ref)
        ), counted as (
          select count(*) as totals, count(*) filter (where is_wrong) as wrong from compared
        )
        select totals, wrong, metric, source, account, kept, made
        from counted left join (select * from compared where is_wrong order by metric, source, account limit 10) w on true
        """
}
