// Entries out of another ledger, as they are: stamps, presence, provenance.
package import Domain
import Postgres

extension Ledger {
    /// Makes a user's accounts have exactly the entries given: those that are here already are left, those that are missing are added. All of
    /// it or, on any error, nothing.
    /// - Throws: `FutureEntry`, or `OtherHistory` when an account has entries that were not given.
    package func restore(to user: UserID, nextEntry: () async throws -> LedgerEntry?) async throws -> RestoreReport {
        try await database.transaction(within: Self.restoreLimit) { transaction in
            try await transaction.set("statement_timeout", to: "\(Self.restoreLimit.components.seconds)s")
            try await transaction.query(
                """
                create temporary table staged_entries (
                  metric_name text, source_name text, account_ref text, metric_date date, metric_value numeric, presence smallint,
                  import_id uuid, meta jsonb, created_at timestamptz
                ) on commit drop
                """
            )
            let read = try await transaction.copyIn(
                """
                copy pg_temp.staged_entries
                  (metric_name, source_name, account_ref, metric_date, metric_value, presence, import_id, meta, created_at) from stdin
                """
            ) { try await nextEntry().map(\.fields) }
            if let row = try await transaction.query("select created_at from pg_temp.staged_entries where created_at > now() limit 1").first
            {
                throw FutureEntry(createdAt: try row.get(0))
            }
            try await lockAccounts(of: user, in: transaction)
            let columns: SQL =
                "metric_name, source_name, account_ref, metric_date, metric_value, presence, import_id, coalesce(meta, '{}') as meta, created_at"
            let here: SQL = """
                select \(columns) from public.metrics
                where user_id = \(user) and (source_name, account_ref) in (select source_name, account_ref from pg_temp.staged_entries)
                """
            let given: SQL = "select \(columns) from pg_temp.staged_entries"
            if let row = try await transaction.query("select source_name, account_ref from (\(here) except all \(given)) o limit 1").first {
                throw OtherHistory(source: try row.get(0), account: try row.get(1))
            }
            let written = try await transaction.query(
                """
                insert into public.metrics
                  (user_id, metric_name, source_name, account_ref, metric_date, metric_value, presence, import_id, meta, created_at)
                select \(user)::uuid, m.* from (\(given) except all \(here)) m
                order by created_at, metric_name, source_name, account_ref, metric_date
                """
            ).affected
            try await Imports.adopt(of: user, in: transaction)
            try await transaction.query(
                """
                update livinglytics.accounts a set last_posted_at = greatest(a.last_posted_at, s.newest)
                from (select source_name, account_ref, max(created_at) as newest from pg_temp.staged_entries group by 1, 2) s
                where a.user_id = \(user) and a.source_name = s.source_name and a.account_ref = s.account_ref
                """
            )
            return RestoreReport(read: read, written: written)
        }
    }

    private static let restoreLimit: Duration = .seconds(1800)

    /// In one order, so that two restores do not wait for each other.
    private func lockAccounts(of user: UserID, in transaction: Transaction) async throws(PostgresError) {
        try await transaction.query(
            """
            insert into livinglytics.accounts (user_id, source_name, account_ref)
            select distinct \(user)::uuid, source_name, account_ref from pg_temp.staged_entries order by 2, 3 on conflict do nothing
            """
        )
        try await transaction.query(
            """
            select from livinglytics.accounts
            where user_id = \(user) and (source_name, account_ref) in (select source_name, account_ref from pg_temp.staged_entries)
            order by source_name, account_ref for update
            """
        )
    }
}

extension LedgerEntry {
    /// In the order of `columns`.
    fileprivate var fields: [String?] {
        [
            metric, source, account, day.description, value.text, "\(presence)", importID?.description, meta,
            createdAt?.text,
        ]
    }
}
