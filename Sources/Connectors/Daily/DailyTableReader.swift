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
    private var parser = CSVParser(.detected)
    /// A line with one field above the headers.
    private var title: String?
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
        guard let rows else {
            throw title.map { .noDateColumn(headers: [$0]) } ?? .noHeader
        }
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
                try readHeader(record)
                continue
            }
            if let blankLine { throw .blankLine(blankLine, next: record.line) }
            rowCount += 1
            try rows?.read(record)
        }
    }

    private mutating func readHeader(_ record: CSVRecord) throws(TableError) {
        let texts = record.fields.indices.map(record.text)
        let first = Header(texts[0])
        // Spreadsheets fill a title's line up with empty fields.
        let isAlone = texts.dropFirst().allSatisfy { Header($0).text.isEmpty } && !first.text.isEmpty
        if isAlone, title == nil, !KnownHeaders.dates.contains(first.letters), map.targets[first] == nil {
            title = first.text
            return
        }
        let columns = try TableColumn.plan(texts, title: title, map: map)
        rows = DailyRows(columns: columns, hasCommas: parser.separator == SeparatorFinder.candidates[0])
    }

    private mutating func nextRecord() throws(TableError) -> CSVRecord? {
        do {
            return try parser.next()
        } catch {
            throw .csv(error)
        }
    }
}
