// A file of daily numbers into the ledger: read whole, posted whole.
package import Connectors
package import Domain
package import Storage

/// What came of an import, or would.
package struct ImportReport: Sendable, Equatable {
    package let importID: ImportID
    package let isDryRun: Bool
    package let table: DailyTable
    package let posting: PostingReport
}

extension DailyTable: Equatable {
    package static func == (left: DailyTable, right: DailyTable) -> Bool {
        left.points == right.points && left.metrics == right.metrics && left.days == right.days
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

    /// Imports one CSV table with a row per day. A table is the unit: all of it or, on any error, nothing.
    /// - Parameters:
    ///   - name: the file's name, kept in `meta` of each entry.
    ///   - nextChunk: the file's bytes, in chunks of any size; nil at the end.
    ///   - meta: added to `meta` of each entry.
    /// - Throws: `TableError` when the file can't be read as such a table, `StorageError`, or what `nextChunk` throws.
    package func importTable(
        named name: String,
        map: HeaderMap = .none,
        to account: Account,
        meta: [JSON.Member] = [],
        dryRun: Bool = false,
        progress: (Progress) -> Void = { _ in },
        nextChunk: () throws -> [UInt8]?
    ) async throws -> ImportReport {
        var reader = DailyTableReader(map: map)
        var bytes = 0
        while let chunk = try nextChunk() {
            try reader.feed(chunk)
            bytes += chunk.count
            progress(.reading(bytes: bytes, rows: reader.rowCount))
        }
        return try await post(try reader.finish(), named: name, to: account, meta: meta, dryRun: dryRun, progress: progress)
    }

    /// Posts a table that was read already.
    package func post(
        _ table: DailyTable,
        named name: String,
        to account: Account,
        meta: [JSON.Member] = [],
        dryRun: Bool = false,
        progress: (Progress) -> Void = { _ in }
    ) async throws -> ImportReport {
        let provenance = Provenance(importID: ImportID(), meta: .object([.init("file", .string(name))] + meta))
        var sent = 0
        let posting = try await ledger.post(to: account, from: provenance, dryRun: dryRun) {
            guard sent < table.points.count else { return nil }
            defer { sent += 1 }
            if sent % 10_000 == 0 { progress(.posting(points: sent, of: table.points.count)) }
            return PostedPoint(table.points[sent])
        }
        progress(.posting(points: sent, of: table.points.count))
        return ImportReport(importID: provenance.importID, isDryRun: dryRun, table: table, posting: posting)
    }
}

extension PostedPoint {
    init(_ point: DailyPoint) {
        self.init(metric: point.metric, day: point.day, value: point.value, line: point.line)
    }
}
