// Which points changed between two moments: before, after, and by what.
package import Domain
import Postgres
package import Storage

/// Two moments: what was known at the first, and at the second.
package struct Span: Sendable {
    package let since: Moment
    /// Nil is now.
    package let until: Moment?

    package init(since: Moment, until: Moment?) {
        (self.since, self.until) = (since, until)
    }
}

/// A point whose value was another one before.
package struct Revision: Sendable, Equatable {
    package let metric: String
    package let source: String
    package let account: String
    /// `YYYY-MM-DD`, or what else PostgreSQL takes for a date.
    package let day: String
    /// Nil where there was no point, or is none any more.
    package let before: ExactDecimal?
    package let after: ExactDecimal?
    /// What was posted in between, oldest first.
    package let entries: [Cause]

    package struct Cause: Sendable, Equatable {
        package let id: Int
        package let value: ExactDecimal
        package let importID: String?
        package let meta: JSON
        package let createdAt: String
    }
}

package struct Revisions: Sendable {
    private let database: Database

    /// How many points one page may have.
    package static let longestPage = 1000

    package init(_ database: Database) {
        self.database = database
    }

    /// In the order of metric, source, account and day.
    package func page(
        _ filter: EntryFilter,
        of user: UserID,
        in span: Span,
        after cursor: Cursor?,
        limit: Int
    ) async throws(StorageError) -> Page<Revision> {
        let until: SQL = span.until.map { "\($0.text)::timestamptz" } ?? "'infinity'::timestamptz"
        var place: SQL = "true"
        if let cursor {
            place = """
                (metric_name, source_name, account_ref, metric_date)
                  > (\(cursor.fields[0]), \(cursor.fields[1]), \(cursor.fields[2]), \(cursor.fields[3])::date)
                """
        }
        // Only points with an entry in between can have changed: those are looked up first.
        let rows = try await database.query(
            """
            with touched as (
              select distinct m.metric_name, m.source_name, m.account_ref, m.metric_date from public.metrics m
              where \(filter.sql(user)) and m.created_at > \(span.since.text)::timestamptz and m.created_at <= \(until) and m.created_at < 'infinity'
            ), known as (
              select t.*, v.*
              from touched t cross join lateral (
                select sum(m.metric_value) filter (where \(Self.before(span))) as before,
                       sum(m.presence) filter (where \(Self.before(span))) as presence_before,
                       sum(m.metric_value) as after, sum(m.presence) as presence_after,
                       json_agg(json_build_object(
                         'id', m.id, 'value', m.metric_value::text, 'import_id', m.import_id, 'meta', m.meta,
                         'at', \(stamp: "m.created_at")
                       ) order by m.created_at, m.id) filter (where not \(Self.before(span))) as entries
                from public.metrics m
                where m.user_id = \(user) and m.metric_name = t.metric_name and m.source_name = t.source_name
                  and m.account_ref = t.account_ref and m.metric_date = t.metric_date
                  and coalesce(m.created_at, '-infinity') <= \(until) and m.created_at is distinct from 'infinity'
              ) v
            ), changed as (
              select metric_name, source_name, account_ref, metric_date, case when presence_before > 0 then before end as before,
                     case when presence_after > 0 then after end as after, entries
              from known
            )
            select * from changed where before is distinct from after and \(place)
            order by metric_name, source_name, account_ref, metric_date limit \(limit + 1)
            """
        )
        return try decode { () throws(PostgresError) in
            try Page(rows, limit: limit, item: Revision.init(row:)) { [$0.metric, $0.source, $0.account, $0.day] }
        }
    }

    private static func before(_ span: Span) -> SQL { "(coalesce(m.created_at, '-infinity') <= \(span.since.text)::timestamptz)" }
}

extension Revision {
    fileprivate init(row: Row) throws(PostgresError) {
        let entries = try JSON(column: 6, try row.get(6, as: String?.self))
        self.init(
            metric: try row.get(0),
            source: try row.get(1),
            account: try row.get(2),
            day: try row.get(3),
            before: try row.get(4),
            after: try row.get(5),
            entries: try Self.causes(entries)
        )
    }

    private static func causes(_ json: JSON) throws(PostgresError) -> [Cause] {
        guard case .array(let values) = json else { return [] }
        var causes: [Cause] = []
        for value in values {
            guard case .number(let id)? = value["id"], let id = Int(id.text), case .string(let text)? = value["value"],
                let number = ExactDecimal(text), case .string(let at)? = value["at"]
            else { throw .decoding(column: 6, expected: "entries") }
            causes.append(
                Cause(id: id, value: number, importID: value["import_id"]?.text, meta: value["meta"] ?? [:], createdAt: at)
            )
        }
        return causes
    }
}
