// A file of daily numbers into the ledger: read whole, posted whole.
package import Connectors
package import Domain
package import Storage

/// What came of an import, or would.
package struct ImportReport: Sendable {
    package let importID: ImportID
    package let isDryRun: Bool
    /// All tables of the file, those that were refused among them.
    package let tables: [FileTable]
    package let posting: PostingReport

    package var refused: Int { tables.count { $0.accepted == nil } }
}

/// A file of which nothing is posted: it has no table that can be, or is to be posted as a whole.
package struct RefusedFile: Error, Sendable, CustomStringConvertible {
    package let tables: [FileTable]

    package var description: String {
        let refusals = tables.compactMap(\.refusal)
        return tables.count == 1 ? "\(refusals[0].reason)" : refusals.map { "\($0.place): \($0.reason)" }.joined(separator: "\n")
    }
}

extension FileTable {
    /// Which table was refused, and why; nil if it was not.
    package var refusal: (place: String, reason: TableError)? {
        guard case .failure(let reason) = result else { return nil }
        return ("the table on line \(line)" + (title.map { " (\($0.quoted))" } ?? ""), reason)
    }
}

package struct Importer: Sendable {
    /// How far an import is.
    package enum Progress: Sendable, Equatable {
        case reading(bytes: Int, rows: Int)
        case posting(points: Int, of: Int)
    }

    private let ledger: Ledger

    package init(_ ledger: Ledger) {
        self.ledger = ledger
    }

    /// Imports a file of daily tables. A table is the unit: all of it or, on any error, nothing of it. All accepted tables go in at once.
    /// - Parameters:
    ///   - name: the file's name, kept in `meta` of each entry.
    ///   - nextChunk: the file's bytes, in chunks of any size; nil at the end.
    ///   - meta: added to `meta` of each entry.
    ///   - isStrict: whether one refused table stops the others.
    /// - Throws: `CSVError` or `RefusedFile` when nothing can be posted, `StorageError`, or what `nextChunk` throws.
    package func importFile(
        named name: String,
        options: TableOptions = TableOptions(),
        to account: Account,
        meta: [JSON.Member] = [],
        dryRun: Bool = false,
        isStrict: Bool = false,
        progress: (Progress) -> Void = { _ in },
        nextChunk: () throws -> [UInt8]?
    ) async throws -> ImportReport {
        var reader = DailyFileReader(options)
        var bytes = 0
        while let chunk = try nextChunk() {
            try reader.feed(chunk)
            bytes += chunk.count
            progress(.reading(bytes: bytes, rows: reader.rowCount))
        }
        let tables = try reader.finish()
        let accepted = tables.compactMap(\.accepted)
        if accepted.isEmpty || isStrict && accepted.count < tables.count { throw RefusedFile(tables: tables) }
        let points = Self.points(of: accepted)
        let provenance = Provenance(importID: ImportID(), meta: .object([.init("file", .string(name))] + meta))
        var sent = 0
        let posting = try await ledger.post(to: account, from: provenance, dryRun: dryRun) {
            guard sent < points.count else { return nil }
            defer { sent += 1 }
            if sent % 10_000 == 0 { progress(.posting(points: sent, of: points.count)) }
            return PostedPoint(points[sent])
        }
        progress(.posting(points: sent, of: points.count))
        return ImportReport(importID: provenance.importID, isDryRun: dryRun, tables: tables, posting: posting)
    }
}

extension Importer {
    /// Each once, though two tables may tell it.
    private static func points(of tables: [DailyTable]) -> [DailyPoint] {
        guard tables.count > 1 else { return tables[0].points }
        var told: Set<PointKey> = []
        return tables.flatMap(\.points).filter { told.insert($0.key).inserted }
    }
}

extension PostedPoint {
    init(_ point: DailyPoint) {
        self.init(metric: point.metric, day: point.day, value: point.value, line: point.line)
    }
}
