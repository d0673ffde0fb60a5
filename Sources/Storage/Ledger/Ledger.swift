// Posting: the one way by which points get their values.
import Domain
import Postgres

/// Entries are only ever added. A posting writes the differences between what is to be and what is, so posting the same again writes
/// nothing, and the sum of a point's entries is always its value.
package struct Ledger: Sendable {
    let database: Database

    /// The longest that may pass between an entry's stamp and its commit: the statement that stamps and writes, a pause, and the commit's
    /// wait for the disk. What was known at a moment younger than this is not final.
    package static let postingDeadline: Duration = .seconds(300)
    private static let (statementLimit, pauseLimit) = ("250s", "15s")

    package init(_ database: Database) {
        self.database = database
    }

    /// Gives points their values: all of them or, on any error, none.
    /// - Parameters:
    ///   - nextPoint: the points one by one, in any order, none twice; nil at the end. Its errors come out as they are.
    ///   - dryRun: only report what would be written.
    package func post(
        to account: Account,
        from provenance: Provenance,
        dryRun: Bool = false,
        nextPoint: () throws -> PostedPoint?
    ) async throws -> PostingReport {
        try await database.transaction(within: Self.postingDeadline) { transaction in
            try await transaction.set("statement_timeout", to: Self.statementLimit)
            try await transaction.set("idle_in_transaction_session_timeout", to: Self.pauseLimit)
            // A million rows are dear enough for PostgreSQL to compile the statement, which takes longer than it saves.
            try await transaction.set("jit", to: "off")
            try await stage(nextPoint, in: transaction)
            if !dryRun { try await lock(account, in: transaction) }
            let rows = try await transaction.query(dryRun ? Self.report(account) : Self.write(account, provenance))
            return PostingReport(metrics: try rows.map(PostingReport.Metric.init(row:)))
        }
    }

    /// The points lie in a table of this transaction, gone at its end: COPY takes any number of them, and the comparison is one statement.
    private func stage(_ nextPoint: () throws -> PostedPoint?, in transaction: Transaction) async throws {
        try await transaction.query(
            """
            create temporary table staged_points (
              metric_name text not null, metric_date date not null, value numeric not null, line int,
              primary key (metric_name, metric_date)
            ) on commit drop
            """
        )
        try await transaction.copyIn("copy pg_temp.staged_points (metric_name, metric_date, value, line) from stdin") {
            try nextPoint().map { [$0.metric.description, $0.day.description, $0.value.description, $0.line?.description] }
        }
        try await transaction.query("analyze pg_temp.staged_points")
    }

    /// In a statement of its own, before anything is read: a statement that locked and compared would compare with what was there
    /// before it had to wait.
    private func lock(_ account: Account, in transaction: Transaction) async throws(PostgresError) {
        try await transaction.query(
            """
            insert into livinglytics.accounts (user_id, source_name, account_ref)
            values (\(account.user), \(account.source), \(account.ref)) on conflict do nothing
            """
        )
        try await transaction.query("select from livinglytics.accounts where \(Self.names(account)) for update")
    }
}

extension PostingReport.Metric {
    fileprivate init(row: Row) throws(PostgresError) {
        let (first, last): (Day, Day) = (try row.get(3), try row.get(4))
        self.init(
            name: try row.get(0),
            points: try row.get(1),
            days: first...last,
            sum: try row.get(2),
            new: try row.get(5),
            restated: try row.get(6)
        )
    }
}
