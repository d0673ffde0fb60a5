// Reads a wide CSV table with one row per day, chunk by chunk. All of it is read, so that all that is wrong can be said at once.

import Domain

/// Reads one daily table.
///
/// Feed it the bytes of a file in chunks of any size, then call `finish`. What is wrong with the file as a whole (it isn't CSV, it
/// has no date column) is thrown at once; what is wrong with cells and rows is collected and thrown by `finish`. After an error the
/// reader is done with.
package struct DailyTableReader: Sendable {
    /// Rows read so far, the header not counted.
    package private(set) var rowCount = 0

    private let map: HeaderMap
    private var parser = CSVParser()
    private var rows: DailyRows?
    /// A blank line: fine at the end of a file, but not before another row.
    private var blankLine: Int?

    package init(map: HeaderMap = .none) {
        self.map = map
    }

    package mutating func feed(_ bytes: [UInt8]) throws(TableError) {
        parser.feed(bytes)
        try readRecords()
    }

    package mutating func finish() throws(TableError) -> DailyTable {
        parser.finish()
        try readRecords()
        guard let rows else { throw .noHeader }
        return try rows.table()
    }

    private mutating func readRecords() throws(TableError) {
        while let record = try nextRecord() {
            guard !record.isBlank else {
                blankLine = blankLine ?? record.line
                continue
            }
            guard rows != nil else {
                // Blank lines above the header are of no consequence.
                blankLine = nil
                rows = DailyRows(columns: try TableColumn.plan((0..<record.fields.count).map(record.text), map: map))
                continue
            }
            if let blankLine { throw .blankLine(blankLine, next: record.line) }
            rowCount += 1
            try rows?.read(record)
        }
    }

    private mutating func nextRecord() throws(TableError) -> CSVRecord? {
        do {
            return try parser.next()
        } catch {
            throw .csv(error)
        }
    }
}
