// The way of a question: check, look around, plan, sum up, answer.
package import Domain
import Postgres
package import Storage

package struct Queries: Sendable {
    private let database: Database
    private let declarations: Declarations

    package init(_ database: Database) {
        self.database = database
        declarations = Declarations(database)
    }

    /// Answers for one user. Three round trips: when is now, what is there, how much is it.
    /// - Throws: `QueryProblem` when the question is wrong, `StorageError` when the database does not answer.
    package func answer(_ query: MetricQuery, for user: UserID) async throws -> QueryAnswer {
        try QueryPlan.check(query)
        async let declared = declarations.vocabulary()
        let (vantage, vocabulary) = (try await vantage(query), try await declared)
        let series = try await series(of: QueryPlan.names(query, vocabulary), user, asOf: vantage.asOf)
        let plan = try QueryPlan(query, vocabulary: vocabulary, vantage: vantage, series: series)
        return plan.answer(try await tallies(plan, user))
    }

    private func vantage(_ query: MetricQuery) async throws -> Vantage {
        let rows: Rows
        do throws(StorageError) {
            rows = try await database.read(
                """
                select (t at time zone \(query.timeZone.text))::date, \(stamp: "t"),
                       t <= now() - \(Ledger.postingDeadline.components.seconds.description)::int * interval '1 second', t > now()
                from (select coalesce(\(query.asOf?.text)::timestamptz, now()) as t) asked
                """
            )
        } catch .rejected {
            throw QueryProblem.unknownTimeZone(query.timeZone)
        }
        let row = rows[0]
        if try decode({ () throws(PostgresError) in try row.get(3, as: Bool.self) }), let asOf = query.asOf {
            throw QueryProblem.asOfInTheFuture(asOf)
        }
        let (today, asOf, isFinal): (String, String, Bool) = try decode { () throws(PostgresError) in
            (try row.get(0), try row.get(1), try row.get(2))
        }
        guard let today = Day(iso: today) else { throw QueryProblem.outsideTheCalendar }
        return Vantage(today: today, asOf: asOf, isFinal: isFinal)
    }

    /// What there is of some metrics, and from when to when. Only for what was known before the newest entry all of its stamps are read.
    private func series(of names: [MetricName], _ user: UserID, asOf: String) async throws(StorageError) -> [Series] {
        let known: SQL = """
            m.user_id = t.user_id and m.metric_name = t.metric_name and m.source_name = t.source_name and m.account_ref = t.account_ref
              \(known: asOf)
            """
        func edge(_ direction: String) -> SQL {
            """
            select metric_date from public.metrics m
            where \(known) and m.metric_date between '0001-01-01' and '9999-12-31'
            group by metric_date having sum(presence) > 0 order by metric_date \(unsafe: direction) limit 1
            """
        }
        let rows = try await database.read(
            """
            select t.metric_name, t.source_name, t.account_ref, f.metric_date, l.metric_date,
                   \(stamp: "e.at")
            from livinglytics.totals t
            cross join lateral (\(edge("asc"))) f
            cross join lateral (\(edge("desc"))) l
            cross join lateral (
              select case when t.newest_at <= \(asOf)::timestamptz or t.newest_at is null then t.newest_at
                else (select max(created_at) from public.metrics m where \(known)) end as at
            ) e
            where t.user_id = \(user) and (t.metric_name = any(\(names.map(\.text)))
              or \(names.contains(Vocabulary.perCurrency) ? "t" : "f")::boolean
                 and t.metric_name ~ \("^\(Vocabulary.perCurrency.text)[.][A-Z]{3}$"))
            """
        )
        return try decode { () throws(PostgresError) in try rows.map(Series.init(row:)) }
    }

    /// All sums that the answer needs, of one moment.
    private func tallies(_ plan: QueryPlan, _ user: UserID) async throws(StorageError) -> Tallies {
        let slots = Slots(plan)
        let sql = PointsSQL(user: user, plan: plan, slots: slots)
        let present = Set(plan.series.map(\.metric))
        let metrics = plan.measures.map(\.metric)
        let others = metrics.filter { !$0.aggregation.isDerived }
        let adding = present.intersection(others.filter { $0.aggregation == .sum }.map(\.name))
        let newest = present.intersection(others.flatMap { [$0.name] + $0.aggregation.parts }).subtracting(adding)
        var asked: [(sql: SQL, read: (inout Tallies, Rows) throws(PostgresError) -> Void)] = []
        if !adding.isEmpty {
            asked.append((sql.sums(of: adding), { tallies, rows throws(PostgresError) in try tallies.addSums(rows, slots) }))
        }
        if !newest.isEmpty {
            asked.append((sql.newest(of: newest), { tallies, rows throws(PostgresError) in try tallies.add(rows, slots, Tally.values) }))
        }
        for ratios in metrics.compactMap(sql.ratios) {
            asked.append((ratios, { tallies, rows throws(PostgresError) in try tallies.add(rows, slots, Tally.ratios) }))
        }
        // One statement is of one moment by itself.
        let answers = asked.count == 1 ? [try await database.read(asked[0].sql)] : try await database.snapshot(asked.map(\.sql))
        return try decode { () throws(PostgresError) in
            var tallies = Tallies()
            for (rows, (_, read)) in zip(answers, asked) { try read(&tallies, rows) }
            return tallies
        }
    }
}

extension Series {
    fileprivate init(row: Row) throws(PostgresError) {
        self.init(
            metric: try row.get(0),
            source: try row.get(1),
            account: try row.get(2),
            first: try row.get(3),
            last: try row.get(4),
            lastEntryAt: try row.get(5)
        )
    }
}
