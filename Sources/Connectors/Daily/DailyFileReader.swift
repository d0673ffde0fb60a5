// Reads a file of daily tables, chunk by chunk: one, or as many as an export has, with blank lines between them.

import Domain

/// What came of one table of a file.
package struct FileTable: Sendable {
    /// The line of its headers; of its first line where it has none.
    package let line: Int
    /// What stands above it, if anything does.
    package let title: String?
    package let result: Result<DailyTable, TableError>

    /// Nil if it was refused.
    package var accepted: DailyTable? {
        switch result {
        case .success(let table): table
        case .failure: nil
        }
    }

    func refused(_ error: TableError) -> FileTable { FileTable(line: line, title: title, result: .failure(error)) }
}

/// Reads the tables of a file.
///
/// Feed it the bytes of a file in chunks of any size, then call `finish`. Only what is wrong with the file as a whole is thrown, since no table
/// can be found in it then; what is wrong with a table, with all of its rows and cells, is that table's result.
package struct DailyFileReader: Sendable {
    /// Rows read so far, headers not counted.
    package private(set) var rowCount = 0

    private let options: TableOptions
    private var parser = CSVParser(.detected)
    private var tables: [FileTable] = []
    /// Of all tables, in their order.
    private var headers: [String] = []
    private var current: DailyTableReader
    /// A blank line, and no other since.
    private var blankLine: Int?

    package init(_ options: TableOptions = TableOptions()) {
        self.options = options
        current = DailyTableReader(options)
    }

    /// - Throws: `CSVError`.
    package mutating func feed(_ bytes: [UInt8]) throws(CSVError) {
        parser.feed(bytes)
        try readRecords()
    }

    /// The tables, in the order of the file. At least one: a file with nothing on it is a table without a header.
    /// - Throws: `CSVError`.
    package mutating func finish() throws(CSVError) -> [FileTable] {
        parser.finish()
        try readRecords()
        endTable()
        if tables.isEmpty { tables.append(FileTable(line: 1, title: nil, result: .failure(.noHeader))) }
        let known = Set(headers.map(Header.init))
        if let unknown = options.map.targets.keys.filter({ !known.contains($0) }).map(\.text).min() {
            // A slip in one --map: whatever it was meant for would become something else.
            return [FileTable(line: 1, title: nil, result: .failure(.unknownMapping(unknown, headers: headers)))]
        }
        return tables.withoutMixtures.withoutContradictions
    }

    private mutating func readRecords() throws(CSVError) {
        while let record = try parser.next() {
            if record.isBlank {
                blankLine = blankLine ?? record.line
                continue
            }
            if let blankLine, current.wouldTake(record) {
                // One table all the same, and who knows what else is missing there.
                current.fail(.blankLine(blankLine, next: record.line))
            } else if blankLine != nil, current.hasBegun {
                endTable()
            } else if blankLine != nil {
                current.passBlankLine()
            }
            blankLine = nil
            if current.hasHeader { rowCount += 1 }
            current.read(record, hasCommas: parser.hasCommas)
        }
    }

    private mutating func endTable() {
        if let table = current.table { tables.append(table) }
        headers += current.mappable
        current = DailyTableReader(options)
    }
}
