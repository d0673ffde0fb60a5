// The list of imports: each says that it runs, how far it is, and how it ended.
package import Domain
package import Postgres

package struct Imports: Sendable {
    let database: Database

    /// A running import says so at least this often.
    package static let heartbeat: Duration = .seconds(2)
    /// One that has not been heard of for so long has died with its process.
    package static let silenceLimit: Duration = .seconds(20)

    /// Whether a row that says `running` is to be believed.
    package static let hasDied: SQL = """
        status = 'running' and seen_at < clock_timestamp() - \(Int(silenceLimit.components.seconds))::int * interval '1 second'
        """

    package init(_ database: Database) {
        self.database = database
    }

    /// Puts an import on the list.
    package func begin(_ key: ImportKey, name: String, once: IdempotencyKey? = nil) async throws(StorageError) -> ImportBeginning {
        if let once {
            // What failed, or died, may be tried again under the same key.
            _ = try await database.query(
                """
                update livinglytics.imports set idempotency_key = null
                where user_id = \(key.user) and idempotency_key = \(once.key) and (status = 'failed' or \(Self.hasDied))
                """
            )
        }
        // So may one whose id the client chose, unless it posted something.
        _ = try await database.query(
            """
            delete from livinglytics.imports where user_id = \(key.user) and id = \(key.id) and entries = 0 and quarantined = 0
              and (status = 'failed' or \(Self.hasDied))
            """
        )
        let begun = try await database.query(
            """
            insert into livinglytics.imports (user_id, id, kind, status, name, idempotency_key, request)
            values (\(key.user), \(key.id), 'import', 'running', \(name), \(once?.key), \(once?.request))
            on conflict do nothing
            """
        ).affected
        if begun == 1 { return .begun }
        guard let once else { return .idTaken }
        let rows = try await database.query(
            "select id, status, request, report from livinglytics.imports where user_id = \(key.user) and idempotency_key = \(once.key)"
        )
        return try decode { () throws(PostgresError) in
            guard let row = rows.first else { return .idTaken }
            guard let id = ImportID(try row.get(0)) else { throw .decoding(column: 0, expected: "an import's id") }
            let (status, request, report): (String, String?, String?) = (try row.get(1), try row.get(2), try row.get(3))
            if request != once.request { return .otherRequest(id) }
            guard status == "posted", let report else { return .underWay(id) }
            return .done(id, report: .encoded(Array(report.utf8)))
        }
    }

    /// Says that an import lives, and how far it is.
    package func advance(_ key: ImportKey, bytes: Int, rows: Int) async throws(StorageError) {
        _ = try await database.query(
            """
            update livinglytics.imports set seen_at = clock_timestamp(), bytes_read = \(bytes), rows_read = \(rows)
            where user_id = \(key.user) and id = \(key.id)
            """
        )
    }

    /// Ends an import of many postings that went well.
    package func finish(_ key: ImportKey, report: JSON) async throws(StorageError) {
        _ = try await database.query(
            """
            update livinglytics.imports set status = 'posted', ended_at = clock_timestamp(), report = \(report.description)::json
            where user_id = \(key.user) and id = \(key.id)
            """
        )
    }

    /// Ends an import that failed; one that was posted stays so.
    package func fail(_ key: ImportKey, _ why: String) async throws(StorageError) {
        _ = try await database.query(
            """
            update livinglytics.imports set status = 'failed', ended_at = clock_timestamp(), failure = \(why.replacing("\0", with: ""))
            where user_id = \(key.user) and id = \(key.id) and status = 'running'
            """
        )
    }
}

extension Imports {
    /// In the transaction that posts: what is on the list is in the ledger, and the other way round.
    static func record(
        _ provenance: Provenance,
        of user: UserID,
        _ posted: PostingReport,
        isLast: Bool,
        report: JSON?,
        in transaction: Transaction
    ) async throws(PostgresError) {
        let status = isLast ? "posted" : "running"
        try await transaction.query(
            """
            insert into livinglytics.imports as i (user_id, id, kind, status, name, ended_at, points, entries, report)
            values (\(user), \(provenance.importID), \(provenance.kind.rawValue), \(status), \(provenance.name),
                    case when \(isLast) then clock_timestamp() end, \(posted.points), \(posted.entries), \(report?.description)::json)
            on conflict (user_id, id) do update set status = excluded.status, seen_at = clock_timestamp(), ended_at = excluded.ended_at,
              points = i.points + excluded.points, entries = i.entries + excluded.entries, report = excluded.report, failure = null
            """
        )
    }

    static func keep(
        _ records: [QuarantinedRecord],
        of user: UserID,
        in id: ImportID,
        _ transaction: Transaction
    ) async throws(PostgresError) {
        if records.isEmpty { return }
        try await transaction.query(
            """
            insert into livinglytics.quarantined (user_id, import_id, line, stream, reason, record)
            select \(user)::uuid, \(id)::uuid, * from unnest(
              \(records.map(\.line))::bigint[], \(records.map(\.stream))::text[], \(records.map(\.reason))::text[],
              \(records.map(\.record))::text[])
            """
        )
        try await transaction.query(
            """
            update livinglytics.imports set quarantined = quarantined + \(records.count)::bigint where user_id = \(user) and id = \(id)
            """
        )
    }

    /// Imports of entries that came out of another ledger. Of those nobody kept a list.
    static func adopt(of user: UserID, in transaction: Transaction) async throws(PostgresError) {
        try await transaction.query(
            """
            insert into livinglytics.imports (user_id, id, kind, status, name, started_at, seen_at, ended_at, points, entries)
            select \(user)::uuid, import_id,
                   case when bool_or(meta ? 'correction') then 'correction' when bool_or(meta ? 'undo') then 'undo' else 'import' end, 'posted',
                   coalesce(max(meta ->> 'file'), max(meta ->> 'note'), ''), min(created_at), max(created_at), max(created_at), count(*), count(*)
            from pg_temp.staged_entries where import_id is not null and created_at is not null group by import_id
            on conflict (user_id, id) do nothing
            """
        )
        try await transaction.query(
            """
            insert into livinglytics.import_metrics
              (user_id, import_id, metric_name, source_name, account_ref, first_day, last_day)
            select \(user)::uuid, import_id, metric_name, source_name, account_ref, min(metric_date), max(metric_date)
            from pg_temp.staged_entries where import_id is not null and created_at is not null group by 2, 3, 4, 5
            on conflict do nothing
            """
        )
    }
}
