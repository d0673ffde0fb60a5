// The entries behind a number, oldest first, with where they come from.
package import Domain
import Postgres
package import Storage

/// One row of the ledger.
package struct Entry: Sendable, Equatable {
    package let id: Int
    package let metric: String
    package let source: String
    package let account: String
    /// `YYYY-MM-DD`, or what else PostgreSQL takes for a date, such as `infinity`.
    package let day: String
    /// What it adds to its point: the whole value at first, a difference later.
    package let value: ExactDecimal
    package let kind: Kind
    package let importID: String?
    /// As it was given: file, line, provider.
    package let meta: JSON
    /// RFC 3339, in UTC, with microseconds; nil for one that somebody's SQL wrote without.
    package let createdAt: String?

    package enum Kind: String, Sendable, CaseIterable {
        case first, restatement, withdrawal
    }
}

package struct EntryList: Sendable {
    private let database: Database

    /// How many entries one page may have.
    package static let longestPage = 1000

    package init(_ database: Database) {
        self.database = database
    }

    /// - Parameter cursor: the entry that the page begins after: what `Page.next` said.
    package func page(_ filter: EntryFilter, of user: UserID, after cursor: Cursor?, limit: Int) async throws(StorageError) -> Page<Entry> {
        // Entries without a stamp have always been there: they come first.
        var place: SQL = "true"
        if let cursor {
            place = """
                (coalesce(m.created_at, '-infinity'), m.id) > (\(cursor.fields[0])::timestamptz, \(cursor.fields[1])::bigint)
                """
        }
        let rows = try await database.query(
            """
            select m.id, m.metric_name, m.source_name, m.account_ref, m.metric_date, m.metric_value, m.presence, m.import_id, m.meta,
                   \(stamp: "m.created_at")
            from public.metrics m where \(filter.sql(user)) and \(place)
            order by coalesce(m.created_at, '-infinity'), m.id limit \(limit + 1)
            """
        )
        return try decode { () throws(PostgresError) in
            try Page(rows, limit: limit, item: Entry.init(row:)) { [$0.createdAt ?? "-infinity", "\($0.id)"] }
        }
    }
}

extension Entry {
    fileprivate init(row: Row) throws(PostgresError) {
        let presence: Int = try row.get(6)
        let meta: String? = try row.get(8)
        self.init(
            id: try row.get(0),
            metric: try row.get(1),
            source: try row.get(2),
            account: try row.get(3),
            day: try row.get(4),
            value: try row.get(5),
            kind: presence > 0 ? .first : presence == 0 ? .restatement : .withdrawal,
            importID: try row.get(7),
            meta: try JSON(column: 8, meta),
            createdAt: try row.get(9)
        )
    }
}

extension JSON {
    /// A column of JSON; an empty object for NULL. With numbers of more digits than we keep it stays the text that it is.
    init(column: Int, _ text: String?) throws(PostgresError) {
        do throws(JSONError) {
            self = try text.map { text throws(JSONError) in try JSON(reading: Array(text.utf8)) } ?? [:]
        } catch {
            switch error {
            case .longNumber, .tooDeep: self = .optional(text)
            case .syntax: throw .decoding(column: column, expected: "JSON")
            }
        }
    }
}
