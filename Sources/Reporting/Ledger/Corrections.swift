// One wrong day put right: by a posted difference, with a note that says why.
package import Domain
import Postgres
package import Storage

/// What a point's value is to be, and why.
package struct Correction: Sendable {
    package let account: Account
    package let metric: MetricName
    package let day: Day
    package let value: ExactDecimal
    package let note: String

    /// How long a note may be.
    package static let longestNote = 500

    /// Nil when the note says nothing, or too much.
    package init?(account: Account, metric: MetricName, day: Day, value: ExactDecimal, note: String) {
        guard note.unicodeScalars.contains(where: { !$0.properties.isWhitespace }), note.unicodeScalars.count <= Self.longestNote,
            !note.utf8.contains(0)
        else { return nil }
        (self.account, self.metric, self.day, self.value, self.note) = (account, metric, day, value, note)
    }
}

/// What a correction did.
package struct CorrectionReport: Sendable, Equatable {
    /// Nil when it had this value already: then nothing was posted.
    package let importID: ImportID?
    /// Whether there was no point before.
    package let isNew: Bool

    package var json: JSON {
        ["posted": .bool(importID != nil), "new": .bool(isNew), "import_id": .optional(importID?.description)]
    }
}

/// There is no such point: a mistyped account would get one of its own, beside the one that was meant.
package struct NoPoint: Error, Sendable, CustomStringConvertible {
    package let metric: MetricName
    package let day: Day
    /// Where there are points of this metric: a source, and an account where it has a name.
    package let accounts: [String]

    package var description: String {
        let places = accounts.isEmpty ? "no account has any" : "there are points of it in \(accounts.joined(separator: ", "))"
        return "this account has no value of \(metric) on \(day) that could be corrected; \(places). Say that it is new if it is"
    }
}

/// The value is computed from its parts: what was posted in its own name would be seen by nobody.
package struct PartsRule: Error, Sendable, CustomStringConvertible {
    package let metric: MetricName
    package let day: Day
    package let parts: [MetricName]

    package var description: String {
        let names = parts.map(\.text).joined(separator: " and ")
        return "\(metric) on \(day) is computed from \(names), which are stored for this day: correct those"
    }
}

package struct Corrections: Sendable {
    private let database: Database
    private let ledger: Ledger
    private let declarations: Declarations

    package init(_ database: Database) {
        self.database = database
        ledger = Ledger(database)
        declarations = Declarations(database)
    }

    /// Posts the difference to what is there. The same again posts nothing.
    /// - Parameter isNew: whether there may have been no value before.
    /// - Throws: `NoPoint` where there was none and `isNew` does not say so; `PartsRule` for a ratio whose parts are there.
    package func post(_ correction: Correction, isNew: Bool = false) async throws -> CorrectionReport {
        try await requireOwnValue(correction)
        if !isNew { try await requirePoint(correction) }
        let id = ImportID()
        var points = [PostedPoint(metric: correction.metric, day: correction.day, value: correction.value)][...]
        let provenance = Provenance(
            importID: id,
            kind: .correction,
            name: correction.note,
            meta: ["correction": true, "note": .string(correction.note)]
        )
        let report = try await ledger.post(to: correction.account, from: provenance) { points.popFirst() }
        return CorrectionReport(importID: report.entries > 0 ? id : nil, isNew: report.new > 0)
    }

    private func requireOwnValue(_ correction: Correction) async throws {
        guard let aggregation = try await declarations.vocabulary()[correction.metric]?.aggregation, aggregation.numerator != nil else {
            return
        }
        for part in aggregation.summedParts where try await !isThere(part, correction) { return }
        throw PartsRule(metric: correction.metric, day: correction.day, parts: aggregation.summedParts)
    }

    /// Whether a metric has a value in the account and on the day of the correction.
    private func isThere(_ metric: MetricName, _ correction: Correction) async throws(StorageError) -> Bool {
        let account = correction.account
        let rows = try await database.read(
            """
            select coalesce(sum(presence), 0) > 0 from public.metrics
            where user_id = \(account.user) and metric_name = \(metric) and source_name = \(account.source)
              and account_ref = \(account.ref) and metric_date = \(correction.day)
            """
        )
        return try decode { () throws(PostgresError) in try rows[0].get(0) }
    }

    private func requirePoint(_ correction: Correction) async throws {
        let (account, metric) = (correction.account, correction.metric)
        if try await isThere(metric, correction) { return }
        let places = try await database.read(
            """
            select source_name, account_ref from livinglytics.totals
            where user_id = \(account.user) and metric_name = \(metric) order by 1, 2 limit 10
            """
        )
        let accounts = try decode { () throws(PostgresError) in
            try places.map { row throws(PostgresError) in
                let (source, ref): (String, String) = (try row.get(0), try row.get(1))
                return ref.isEmpty ? source.quoted : "\(source.quoted) \(ref.quoted)"
            }
        }
        throw NoPoint(metric: metric, day: correction.day, accounts: accounts)
    }
}
