// One wrong day put right: by a posted difference, with a note that says why.
package import Domain
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
        guard note.contains(where: { !$0.isWhitespace }), note.count <= Self.longestNote, !note.utf8.contains(0) else { return nil }
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

package struct Corrections: Sendable {
    private let ledger: Ledger

    package init(_ database: Database) {
        ledger = Ledger(database)
    }

    /// Posts the difference to what is there. The same again posts nothing.
    package func post(_ correction: Correction) async throws -> CorrectionReport {
        let id = ImportID()
        var points = [PostedPoint(metric: correction.metric, day: correction.day, value: correction.value)][...]
        let provenance = Provenance(importID: id, meta: ["correction": true, "note": .string(correction.note)])
        let report = try await ledger.post(to: correction.account, from: provenance) { points.popFirst() }
        return CorrectionReport(importID: report.entries > 0 ? id : nil, isNew: report.new > 0)
    }
}
