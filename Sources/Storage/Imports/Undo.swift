// An import undone: by entries, as everything here. Nothing is deleted.
package import Domain
import Postgres

/// What an undo did.
package struct UndoReport: Sendable {
    package struct Point: Sendable {
        package let account: SourceAccount
        package let metric: String
        package let day: Day
    }

    /// Of the undo itself: it is an import like others.
    package let id: ImportID
    package let undone: ImportID
    /// Points that have the value again that they had before, or are missing again.
    package let restored: Int
    /// Points that something posted later has touched since: they stay as they are. Of very many the first.
    package let left: [Point]
    package let leftCount: Int

    package static let longestList = 100

    package var json: JSON {
        [
            "import_id": .string(id.description), "undone": .string(undone.description), "restored": .integer(restored),
            "left": .integer(leftCount),
            "points_left": .array(
                left.map { point in
                    [
                        "metric": .string(point.metric), "source": .string(point.account.source.text),
                        "account": .string(point.account.ref.text), "day": .string(point.day.description),
                    ]
                }
            ),
        ]
    }
}

/// Why an import can't be undone.
package enum UndoError: Error, Sendable, Equatable, CustomStringConvertible {
    case noImport(String)
    case running(String)
    case undone(String, by: String)

    package var description: String {
        switch self {
        case .noImport(let id): "there is no import \(id) of this user: `livinglytics imports` lists them"
        case .running(let id): "the import \(id) is still running: undo it when it has ended"
        case .undone(let id, let other): "the import \(id) was undone already, by \(other)"
        }
    }
}

extension Imports {
    /// Posts what takes an import's entries back. Points that nothing posted later has touched are what they were before it; the others stay.
    /// - Throws: `UndoError`, `StorageError`.
    package func undo(_ key: ImportKey) async throws -> UndoReport {
        let undo = ImportID()
        return try await database.transaction(within: Ledger.postingDeadline) { transaction in
            try await transaction.set(Ledger.settings(statementLimit: Ledger.statementLimit))
            let name = try await requireUndoable(key, in: transaction)
            try await transaction.query(
                """
                insert into livinglytics.imports (user_id, id, kind, status, name, ended_at, undoes)
                values (\(key.user), \(undo), 'undo', 'posted', \("undo of \(name)"), clock_timestamp(), \(key.id))
                """
            )
            try await transaction.query(
                """
                select from livinglytics.accounts where user_id = \(key.user) and (source_name, account_ref) in (
                  select source_name, account_ref from livinglytics.import_metrics where user_id = \(key.user) and import_id = \(key.id))
                order by source_name, account_ref for update
                """
            )
            let left = try await transaction.query(
                """
                with \(Self.touched(key)) select source_name, account_ref, metric_name, metric_date, count(*) over () from ours where is_later
                order by 1, 2, 3, 4 limit \(UndoReport.longestList)
                """
            )
            let restored: Int = try await transaction.query(Self.takeBack(key, by: undo))[0].get(0)
            let report = UndoReport(
                id: undo,
                undone: key.id,
                restored: restored,
                left: try left.map(UndoReport.Point.init(row:)),
                leftCount: try left.first?.get(4) ?? 0
            )
            try await transaction.query(
                """
                update livinglytics.imports set points = \(restored), entries = \(restored), report = \(report.json.description)::json
                where user_id = \(key.user) and id = \(undo)
                """
            )
            return report
        }
    }

    /// Locks it, so that of two undos the second one finds the first.
    /// - Returns: its name.
    private func requireUndoable(_ key: ImportKey, in transaction: Transaction) async throws -> String {
        let rows = try await transaction.query(
            """
            select name, status = 'running' and not (\(Self.hasDied)) from livinglytics.imports
            where user_id = \(key.user) and id = \(key.id) for update
            """
        )
        guard let row = rows.first else { throw UndoError.noImport(key.id.description) }
        if try row.get(1) { throw UndoError.running(key.id.description) }
        let before = try await transaction.query(
            "select id from livinglytics.imports where user_id = \(key.user) and undoes = \(key.id)"
        )
        if let other = before.first { throw UndoError.undone(key.id.description, by: try other.get(0)) }
        return try row.get(0)
    }

    /// `ours`: the points that the import posted entries to, what its entries add up to, and whether others came after its first one.
    private static func touched(_ key: ImportKey) -> SQL {
        """
        places as materialized (
          select metric_name, source_name, account_ref, first_day, last_day from livinglytics.import_metrics
          where user_id = \(key.user) and import_id = \(key.id)
        ), undos as materialized (
          select id, undoes from livinglytics.imports where user_id = \(key.user) and undoes is not null
        ), entries as materialized (
          \(Ledger.entries(
            key.user,
            of: "places",
            columns: """
                source_name, account_ref, metric_name, metric_date, metric_value, presence, import_id,
                import_id is not distinct from \(key.id)::uuid as is_ours,
                array_agg(import_id) over (partition by source_name, account_ref, metric_name, metric_date) as imports,
                row_number() over (partition by source_name, account_ref, metric_name, metric_date
                                   order by coalesce(created_at, '-infinity'), id) as place
                """
          ))
        ), ours as (
          select source_name, account_ref, metric_name, metric_date,
                 sum(metric_value) filter (where is_ours) as value, sum(presence) filter (where is_ours) as presence,
                 coalesce(max(place) filter (where not is_ours and not is_undone) > min(place) filter (where is_ours), false) as is_later
          from (
            -- What was taken back, and what took it back, are as good as never posted.
            select e.*, exists (
              select from undos u where (u.id = e.import_id and u.undoes = any(e.imports)) or (u.undoes = e.import_id and u.id = any(e.imports))
            ) as is_undone
            from entries e
          ) e
          group by 1, 2, 3, 4 having bool_or(is_ours)
        )
        """
    }

    private static func takeBack(_ key: ImportKey, by undo: ImportID) -> SQL {
        let meta: JSON = ["undo": .string(key.id.description)]
        return """
            with \(touched(key)), changes as materialized (
              select * from ours where not is_later and (value <> 0 or presence <> 0)
            ), \(Ledger.stamping(key.user, undo)), written as (
              insert into public.metrics
                (user_id, source_name, account_ref, metric_name, metric_date, metric_value, presence, import_id, meta, created_at)
              select \(key.user)::uuid, source_name, account_ref, metric_name, metric_date, -value, -presence, \(undo)::uuid,
                     \(meta.description)::jsonb, (select at from stamp)
              from changes order by 2, 3, 4, 5
            )
            select count(*) from changes
            """
    }
}

extension UndoReport.Point {
    fileprivate init(row: Row) throws {
        let account = try SourceAccount(row: row)
        self.init(account: account, metric: try row.get(2), day: try row.get(3))
    }
}
