// What came of an import, or would.
package import Connectors
package import Domain
package import Storage

package struct ImportReport: Sendable {
    package let importID: ImportID
    package let isDryRun: Bool
    /// Whether it is of a tap.
    package var isStream = false
    /// All tables of a file, those that were refused among them; none of a stream.
    package var tables: [FileTable] = []
    /// Streams of a tap; none of a file.
    package var streams: [StreamReport] = []
    package var posting = PostingReport(metrics: [])
    package var quarantined = 0
    /// The first of those that can't be taken.
    package var records: [QuarantinedRecord] = []
    /// The newest state of a tap behind which everything is committed.
    package var state: [UInt8]?

    package var refused: Int { tables.count { $0.accepted == nil } }
    /// Whether all of it went in.
    package var isWhole: Bool { refused == 0 && quarantined == 0 }
}

package struct StreamReport: Sendable {
    package let name: String
    package var records = 0
    package var points = 0
    /// Why its records were passed over; nil if they were not.
    package var skipped: String?
}

extension FileTable {
    /// Where it is, for people.
    package var place: String { "the table on line \(line)" + (title.map { " (\($0.quoted))" } ?? "") }

    /// Which table was refused, and why; nil if it was not.
    package var refusal: (place: String, reason: TableError)? {
        guard case .failure(let reason) = result else { return nil }
        return (place, reason)
    }
}
