// Everything out again: points as they are, or the entries that they are made of. A page at a time, so that any amount takes little memory.
package import Domain
import Postgres
package import Storage

package struct Export: Sendable {
    /// What goes out.
    package enum Kind: Sendable {
        /// The values: a row per point.
        case points
        /// The ledger: a row per entry, with all that another database needs to have the same one.
        case entries

        package var columns: [ExportColumn] {
            switch self {
            case .points: LedgerEntry.columns.prefix(5).map(ExportColumn.init)
            case .entries: LedgerEntry.columns.map(ExportColumn.init)
            }
        }
    }

    private let database: Database
    private let pageLength: Int

    package init(_ database: Database, pageLength: Int = 5000) {
        (self.database, self.pageLength) = (database, pageLength)
    }

    /// All rows, ordered by metric, source, account, day and stamp. What is written from now on is not among them, save by who had begun to.
    package func begin(_ kind: Kind, _ filter: EntryFilter, of user: UserID) async throws(StorageError) -> ExportPages {
        let rows = try await database.read("select coalesce(max(id), 0) from public.metrics")
        let newest: String = try decode { () throws(PostgresError) in try rows[0].get(0) }
        let wanted: SQL = "\(filter.sql(user)) and m.id <= \(newest)::bigint"
        return ExportPages(database: database, kind: kind, wanted: wanted, length: pageLength)
    }
}

/// The pages of one export, one after the other.
package struct ExportPages: Sendable {
    fileprivate let database: Database
    fileprivate let kind: Export.Kind
    fileprivate let wanted: SQL
    fileprivate let length: Int
    /// Where the next page begins; nil when there is none.
    private var place: SQL? = "true"

    fileprivate init(database: Database, kind: Export.Kind, wanted: SQL, length: Int) {
        (self.database, self.kind, self.wanted, self.length) = (database, kind, wanted, length)
    }

    /// The rows of the next page, in the columns of the kind; nil is a value that is not there. No page at the end.
    package mutating func next() async throws(StorageError) -> [[String?]]? {
        guard let place else { return nil }
        let rows = try await database.query(page(place))
        let width = kind.columns.count
        return try decode { () throws(PostgresError) in
            let page = try rows.map { row throws(PostgresError) in
                try (0..<width).map { column throws(PostgresError) in try row.get(column, as: String?.self) }
            }
            self.place = rows.count == length ? try rows.last.map { row throws(PostgresError) in try after(row) } : nil
            return page
        }
    }

    private func page(_ place: SQL) -> SQL {
        switch kind {
        case .points:
            """
            select m.metric_name, m.source_name, m.account_ref, m.metric_date, sum(m.metric_value)
            from public.metrics m where \(wanted) and \(place)
            group by 1, 2, 3, 4 having sum(m.presence) > 0 order by 1, 2, 3, 4 limit \(length)
            """
        case .entries:
            """
            select m.metric_name, m.source_name, m.account_ref, m.metric_date, m.metric_value, m.presence, m.import_id, m.meta,
                   \(stamp: "m.created_at"), m.id
            from public.metrics m where \(wanted) and \(place)
            order by 1, 2, 3, 4, coalesce(m.created_at, '-infinity'), m.id limit \(length)
            """
        }
    }

    /// What comes after a row, in the order of its page.
    private func after(_ row: Row) throws(PostgresError) -> SQL {
        let (metric, source, account, day): (String, String, String, String) = (
            try row.get(0), try row.get(1), try row.get(2), try row.get(3)
        )
        let point: SQL = "\(metric), \(source), \(account), \(day)::date"
        switch kind {
        case .points: return "(m.metric_name, m.source_name, m.account_ref, m.metric_date) > (\(point))"
        case .entries:
            let stamp = try row.get(8, as: String?.self) ?? "-infinity"
            // The first part is what the index understands.
            return """
                (m.metric_name, m.source_name, m.account_ref, m.metric_date) >= (\(point))
                and (m.metric_name, m.source_name, m.account_ref, m.metric_date, coalesce(m.created_at, '-infinity'), m.id)
                  > (\(point), \(stamp)::timestamptz, \(try row.get(9, as: String.self))::bigint)
                """
        }
    }
}
