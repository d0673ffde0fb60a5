// The metrics that the house declares beside the built-in ones.
package import Domain
import Postgres

package struct Declarations: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    package func list() async throws(StorageError) -> [Metric] {
        let rows = try await database.read(
            """
            select name, label, unit, aggregation, accounts_add, numerator, denominator, direction, settling_days, note
            from livinglytics.declared_metrics order by name
            """
        )
        return try decode { () throws(PostgresError) in try rows.map(Metric.init(row:)) }
    }

    /// The built-in metrics and the declared ones.
    package func vocabulary() async throws(StorageError) -> Vocabulary {
        Vocabulary(declared: try await list())
    }

    /// Declares a metric, or declares it anew. Whether it may be declared so is the caller's to check; see `Metric.check`.
    /// - Returns: whether nobody had declared it before.
    package func declare(_ metric: Metric) async throws(StorageError) -> Bool {
        let aggregation = metric.aggregation
        let rows = try await database.query(
            """
            insert into livinglytics.declared_metrics as d
              (name, label, unit, aggregation, accounts_add, numerator, denominator, direction, settling_days, note)
            values (\(metric.name), \(metric.label), \(metric.unit.text), \(aggregation.word.rawValue), \(aggregation.accountsAdd),
                    \(aggregation.numerator), \(aggregation.denominator), \(metric.direction.rawValue), \(metric.settlingDays), \(metric.note))
            on conflict (name) do update set label = excluded.label, unit = excluded.unit, aggregation = excluded.aggregation,
              accounts_add = excluded.accounts_add, numerator = excluded.numerator, denominator = excluded.denominator,
              direction = excluded.direction, settling_days = excluded.settling_days, note = excluded.note,
              declared_at = excluded.declared_at
            returning xmax = 0
            """
        )
        return try decode { () throws(PostgresError) in try rows[0].get(0) }
    }
}

extension Metric {
    fileprivate init(row: Row) throws(PostgresError) {
        let name: MetricName = try row.get(0)
        let word: AggregationWord = try row.get(3)
        let (numerator, denominator): (MetricName?, MetricName?) = (try row.get(5), try row.get(6))
        let accountsAdd: Bool = try row.get(4)
        let aggregation: Aggregation
        do throws(DeclarationError) {
            aggregation = try Aggregation(
                word,
                accountsAdd: word == .last ? accountsAdd : nil,
                numerator: numerator,
                denominator: denominator,
                of: name
            )
        } catch {
            throw .decoding(column: 3, expected: "an aggregation with its parts")
        }
        self.init(
            name: name,
            label: try row.get(1),
            unit: try row.get(2),
            aggregation: aggregation,
            direction: try row.get(7),
            settlingDays: try row.get(8),
            note: try row.get(9)
        )
    }
}
