// What was imported, corrected and undone, newest first.
package import Domain
import Postgres
package import Storage

/// A row of the list of imports.
package struct ImportRow: Sendable {
    package let id: String
    package let kind: String
    /// `running`, `posted` or `failed`. One that runs and was not heard of for `Imports.silenceLimit` has failed: its process died.
    package let status: String
    /// A file's name, a correction's note.
    package let name: String
    package let startedAt: String
    package let endedAt: String?
    package let bytes: Int
    package let rows: Int
    package let points: Int
    package let entries: Int
    package let quarantined: Int
    package let failure: String?
    /// The import that it undoes, and the one that undid it.
    package let undoes: String?
    package let undoneBy: String?
    /// What was answered when it ended.
    package let report: JSON?
    /// The first of those that there are.
    package var records: [QuarantinedRecord] = []
}

package struct ImportList: Sendable {
    private let database: Database

    package static let longestPage = 200
    /// How many quarantined records are shown.
    package static let longestRecords = 100

    package init(_ database: Database) {
        self.database = database
    }

    package func page(of user: UserID, after cursor: Cursor?, limit: Int) async throws(StorageError) -> Page<ImportRow> {
        var place: SQL = "true"
        if let cursor { place = "(i.started_at, i.id) < (\(cursor.fields[0])::timestamptz, \(cursor.fields[1])::uuid)" }
        let rows = try await database.query(
            """
            select \(Self.columns), null from livinglytics.imports i where i.user_id = \(user) and \(place)
            order by i.started_at desc, i.id desc limit \(limit + 1)
            """
        )
        return try decode { () throws(PostgresError) in
            try Page(rows, limit: limit, item: ImportRow.init(row:)) { [$0.startedAt, $0.id] }
        }
    }

    /// One import with its report; nil when there is none.
    package func find(_ id: ImportID, of user: UserID) async throws(StorageError) -> ImportRow? {
        let rows = try await database.query(
            "select \(Self.columns), i.report from livinglytics.imports i where i.user_id = \(user) and i.id = \(id)"
        )
        guard let row = rows.first else { return nil }
        var found = try decode { () throws(PostgresError) in try ImportRow(row: row) }
        if found.quarantined > 0 { found.records = try await records(of: id, user) }
        return found
    }

    private func records(of id: ImportID, _ user: UserID) async throws(StorageError) -> [QuarantinedRecord] {
        let rows = try await database.query(
            """
            select line, stream, reason, record from livinglytics.quarantined where user_id = \(user) and import_id = \(id)
            order by line limit \(Self.longestRecords)
            """
        )
        return try decode { () throws(PostgresError) in
            try rows.map { row throws(PostgresError) in
                QuarantinedRecord(line: try row.get(0), stream: try row.get(1), reason: try row.get(2), record: try row.get(3))
            }
        }
    }

    private static let columns: SQL = """
        i.id, i.kind, case when \(Imports.hasDied) then 'failed' else i.status end, i.name, \(stamp: "i.started_at"), \(stamp: "i.ended_at"),
        i.bytes_read, i.rows_read, i.points, i.entries, i.quarantined,
        case when \(Imports.hasDied) then 'the process that ran it is gone' else i.failure end, i.undoes,
        (select u.id from livinglytics.imports u where u.user_id = i.user_id and u.undoes = i.id)
        """
}

extension ImportRow {
    fileprivate init(row: Row) throws(PostgresError) {
        self.init(
            id: try row.get(0),
            kind: try row.get(1),
            status: try row.get(2),
            name: try row.get(3),
            startedAt: try row.get(4),
            endedAt: try row.get(5),
            bytes: try row.get(6),
            rows: try row.get(7),
            points: try row.get(8),
            entries: try row.get(9),
            quarantined: try row.get(10),
            failure: try row.get(11),
            undoes: try row.get(12),
            undoneBy: try row.get(13),
            report: try (row.get(14) as String?).map { text throws(PostgresError) in try JSON(column: 14, text) }
        )
    }

    package var json: JSON {
        var members: [JSON.Member] = [
            .init("id", .string(id)), .init("kind", .string(kind)), .init("status", .string(status)), .init("name", .string(name)),
            .init("started_at", .string(startedAt)), .init("ended_at", .optional(endedAt)), .init("bytes", .integer(bytes)),
            .init("rows", .integer(rows)), .init("points", .integer(points)), .init("entries", .integer(entries)),
            .init("quarantined", .integer(quarantined)), .init("failure", .optional(failure)), .init("undoes", .optional(undoes)),
            .init("undone_by", .optional(undoneBy)),
        ]
        if let report { members.append(.init("report", report)) }
        if !records.isEmpty { members.append(.init("records", .array(records.map(\.json)))) }
        return .object(members)
    }
}

extension Cursor {
    /// Of a page of imports: a stamp and an id.
    package init?(ofImports text: String) {
        guard let cursor = Cursor(text, fields: 2), Moment(cursor.fields[0]) != nil, ImportID(cursor.fields[1]) != nil else { return nil }
        self = cursor
    }
}
