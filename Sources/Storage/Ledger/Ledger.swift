// Posting: the one way by which points get their values.
package import Domain
import Postgres

/// Entries are only ever added. A posting writes the differences between what is to be and what is, so posting the same again writes
/// nothing, and the sum of a point's entries is always its value.
package struct Ledger: Sendable {
    let database: Database

    /// The longest that may pass between an entry's stamp and its commit: the statement that stamps and writes, a pause, and the commit's
    /// wait for the disk. What was known at a moment younger than this is not final.
    package static let postingDeadline: Duration = .seconds(300)
    static let statementLimit = "250s"
    private static let pauseLimit = "15s"
    /// Staging takes as long as its source does: a large upload, a slow tap. Nothing is locked or stamped yet.
    private static let stagingLimit = "1800s"

    package init(_ database: Database) {
        self.database = database
    }

    /// Of a transaction that posts.
    static func settings(statementLimit: String) -> [(name: String, value: String)] {
        // A million rows are dear enough for PostgreSQL to compile the statement, which takes longer than it saves.
        [("statement_timeout", statementLimit), ("idle_in_transaction_session_timeout", pauseLimit), ("jit", "off")]
    }

    /// Gives points of one account their values: all of them or, on any error, none.
    /// - Parameter nextPoint: the points one by one, in any order, none twice; nil at the end. Its errors come out as they are.
    package func post(
        to account: Account,
        from provenance: Provenance,
        dryRun: Bool = false,
        nextPoint: () throws -> PostedPoint?
    ) async throws -> PostingReport {
        var rules = PostingRules()
        rules.isDryRun = dryRun
        return try await post(for: account.user, from: provenance, rules) {
            try nextPoint().map { AccountPoint(account: account.ofSource, point: $0) }
        }
    }

    /// Gives points of any accounts of a user their values, all under one stamp: all of them or, on any error, none.
    /// - Parameters:
    ///   - quarantined: records that can't be points, kept with those that are.
    ///   - report: what the list of imports keeps of it.
    ///   - nextPoint: the points one by one, in any order; nil at the end. Its errors come out as they are.
    /// - Throws: `RepeatedPoint`, `DoubledPoints`, `StorageError`.
    package func post(
        for user: UserID,
        from provenance: Provenance,
        _ rules: PostingRules = PostingRules(),
        quarantined: [QuarantinedRecord] = [],
        report: (PostingReport) -> JSON? = { _ in nil },
        nextPoint: () async throws -> AccountPoint?
    ) async throws -> PostingReport {
        try await database.transaction(within: Self.postingDeadline) { transaction in
            try await transaction.set(Self.settings(statementLimit: Self.stagingLimit))
            try await stage(nextPoint, in: transaction)
            try await transaction.set([("statement_timeout", Self.statementLimit)])
            if rules.mayRepeat { try await requireEachOnce(in: transaction) }
            for (ratio, parts) in rules.ratios { try await leaveOut(ratio, wherePartsAre: parts, in: transaction) }
            if !rules.isDryRun { try await lockAccounts(of: user, in: transaction) }
            if rules.doubles != .allowed { try await settleDoubles(of: user, rules.doubles, in: transaction) }
            try await transaction.query("analyze pg_temp.staged_points")
            let rows = try await transaction.query(rules.isDryRun ? Self.report(user) : Self.write(user, provenance))
            let posted = PostingReport(metrics: try rows.map(PostingReport.Metric.init(row:)))
            // What corrected nothing is no correction.
            if !rules.isDryRun, provenance.kind == .import || posted.entries > 0 {
                try await Imports.record(provenance, of: user, posted, isLast: rules.isLast, report: report(posted), in: transaction)
                try await Imports.keep(quarantined, of: user, in: provenance.importID, transaction)
            }
            return posted
        }
    }

    /// The points lie in a table of this transaction, gone at its end: COPY takes any number of them, and the comparison is one statement.
    private func stage(_ nextPoint: () async throws -> AccountPoint?, in transaction: Transaction) async throws {
        try await transaction.query(
            """
            create temporary table staged_points (
              source_name text not null, account_ref text not null, metric_name text not null, metric_date date not null, value numeric,
              line bigint
            ) on commit drop
            """
        )
        let copy: SQL = "copy pg_temp.staged_points (source_name, account_ref, metric_name, metric_date, value, line) from stdin"
        try await transaction.copyIn(copy) {
            guard let next = try await nextPoint() else { return nil }
            let point = next.point
            return [
                next.account.source.text, next.account.ref.text, point.metric.text, point.day.description, point.value?.text,
                point.line.map { "\($0)" },
            ]
        }
    }

    /// In a statement of its own, before anything is read: a statement that locked and compared would compare with what was there
    /// before it had to wait. In one order, so that two postings do not wait for each other.
    private func lockAccounts(of user: UserID, in transaction: Transaction) async throws(PostgresError) {
        try await transaction.query(
            """
            insert into livinglytics.accounts (user_id, source_name, account_ref)
            select distinct \(user)::uuid, source_name, account_ref from pg_temp.staged_points order by 2, 3 on conflict do nothing
            """
        )
        // Points without an account may be taken over by those of one.
        try await transaction.query(
            """
            select from livinglytics.accounts
            where user_id = \(user) and source_name in (select source_name from pg_temp.staged_points)
              and (account_ref = '' or (source_name, account_ref) in (select source_name, account_ref from pg_temp.staged_points))
            order by source_name, account_ref for update
            """
        )
    }

    private func leaveOut(_ ratio: MetricName, wherePartsAre parts: [MetricName], in transaction: Transaction) async throws(PostgresError) {
        try await transaction.query(
            """
            delete from pg_temp.staged_points r
            using (select source_name, account_ref, metric_date from pg_temp.staged_points
                   where metric_name = any(\(parts.map(\.text))::text[]) and value is not null
                   group by 1, 2, 3 having count(distinct metric_name) = \(parts.count)::int) p
            where r.metric_name = \(ratio) and r.source_name = p.source_name and r.account_ref = p.account_ref and r.metric_date = p.metric_date
            """
        )
    }

    private func requireEachOnce(in transaction: Transaction) async throws {
        let repeated = try await transaction.query(
            """
            select source_name, account_ref, metric_name, metric_date, min(line), max(line) from pg_temp.staged_points
            group by 1, 2, 3, 4 having count(*) > 1 order by min(line) limit 1
            """
        )
        guard let row = repeated.first else { return }
        throw RepeatedPoint(
            account: try SourceAccount(row: row),
            metric: try row.get(2),
            day: try row.get(3),
            lines: (try row.get(4), try row.get(5))
        )
    }
}

/// A point that was given twice: nothing says which value is right, or whether they should have been added.
package struct RepeatedPoint: Error, Sendable, CustomStringConvertible {
    package let account: SourceAccount
    package let metric: String
    package let day: String
    package let lines: (Int?, Int?)

    package var description: String {
        let lines = self.lines.0.flatMap { first in self.lines.1.map { "lines \(first) and \($0)" } } ?? "two records"
        return "\(lines) both give \(metric) of \(account) on \(day): a point has one value; keep one of them. Nothing was posted"
    }
}

extension PostingReport.Metric {
    fileprivate init(row: Row) throws {
        let (first, last): (Day, Day) = (try row.get(4), try row.get(5))
        self.init(
            account: try SourceAccount(row: row),
            name: try row.get(2),
            points: try row.get(3),
            days: first...last,
            sum: try row.get(6),
            new: try row.get(7),
            restated: try row.get(8),
            withdrawn: try row.get(9)
        )
    }
}

extension SourceAccount {
    /// Of a row that begins with a source and an account.
    init(row: Row) throws {
        self.init(source: try SourceName(try row.get(0)), ref: try AccountRef(try row.get(1)))
    }
}
