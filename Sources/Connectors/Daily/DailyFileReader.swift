// Reads a file of daily tables, chunk by chunk: one, or as many as an export has, with blank lines between them.

package import Domain

/// What came of one table of a file.
package struct FileTable: Sendable {
    /// The line of its headers; of its first line where it has none.
    package let line: Int
    /// What stands above it, if anything does.
    package let title: String?
    /// What it was taken for.
    package let format: FileFormat
    /// Where its numbers come from; nil where neither it nor the user says.
    package let source: SourceName?
    package let result: Result<DailyTable, TableError>

    /// Nil if it was refused.
    package var accepted: DailyTable? {
        switch result {
        case .success(let table): table
        case .failure: nil
        }
    }

    /// A row of a long table that says no source, where nobody else does.
    package static func noSource(line: Int) -> FileTable {
        FileTable(line: line, title: nil, format: .plain, source: nil, result: .failure(.noSource(title: nil)))
    }

    func refused(_ error: TableError) -> FileTable { with(.failure(error)) }

    func with(_ result: Result<DailyTable, TableError>) -> FileTable {
        FileTable(line: line, title: title, format: format, source: source, result: result)
    }
}

/// Reads the tables of a file.
///
/// Feed it the bytes of a file in chunks of any size, then call `finish`. Only what is wrong with the file as a whole is thrown, since no table
/// can be found in it then; what is wrong with a table, with all of its rows and cells, is that table's result.
package struct DailyFileReader: Sendable {
    /// Rows read so far, headers not counted.
    package private(set) var rowCount = 0

    private let options: TableOptions
    private var records: FileRecords
    private var tables: [FileTable] = []
    /// Of all tables, in their order.
    private var headers: [String] = []
    private var current: DailyTableReader
    /// Points of a long table that nobody has taken yet.
    private var ready: [SourcedPoint] = []
    /// A blank line, and no other since.
    private var blankLine: Int?

    /// - Parameter isNDJSON: whether it is a JSON object per line; nil leaves it to the first byte.
    package init(_ options: TableOptions = TableOptions(), isNDJSON: Bool? = nil) {
        self.options = options
        records = FileRecords(isNDJSON: isNDJSON)
        current = DailyTableReader(options)
    }

    /// - Throws: `FileError`.
    package mutating func feed(_ bytes: [UInt8]) throws(FileError) {
        records.feed(bytes)
        try readRecords()
    }

    /// The tables, in the order of the file. At least one: a file with nothing on it is a table without a header.
    /// - Throws: `FileError`.
    package mutating func finish() throws(FileError) -> [FileTable] {
        records.finish()
        try readRecords()
        try endTable()
        func nothing(_ error: TableError) -> FileTable {
            FileTable(line: 1, title: nil, format: options.format ?? .plain, source: options.source, result: .failure(error))
        }
        if tables.isEmpty { tables.append(nothing(.noHeader)) }
        let known = Set(headers.map(Header.init))
        if let unknown = options.map.targets.keys.filter({ !known.contains($0) }).map(\.text).min() {
            // A slip in one --map: whatever it was meant for would become something else.
            return [nothing(.unknownMapping(unknown, headers: headers))]
        }
        if let unknown = options.collapse.headers.first(where: { !known.contains($0) }) {
            return [nothing(.unknownCollapse(unknown.text, headers: headers))]
        }
        return tables.withoutDerived.withoutMixtures.withoutContradictions
    }

    private mutating func readRecords() throws(FileError) {
        while let record = try records.next() {
            if record.isBlank {
                blankLine = blankLine ?? record.line
                continue
            }
            if let blankLine, current.wouldTake(record) {
                // One table all the same, and who knows what else is missing there.
                current.fail(.blankLine(blankLine, next: record.line))
            } else if blankLine != nil, current.hasBegun {
                try endTable()
            } else if blankLine != nil {
                current.passBlankLine()
            }
            blankLine = nil
            if current.hasHeader { rowCount += 1 }
            current.read(record, hasCommas: records.hasCommas)
        }
    }

    /// Points of a long table, which go in before its end: what is refused later takes them back.
    package mutating func takePoints() -> [SourcedPoint] {
        defer { ready = [] }
        return ready + (tables.isEmpty ? current.takePoints() : [])
    }

    /// More than any report has: an endless row of tiny tables would fill the memory.
    private static let mostTables = 1000

    private mutating func endTable() throws(FileError) {
        if tables.count >= Self.mostTables { throw .tooManyTables(Self.mostTables) }
        let below = current.preamble
        headers += current.mappable
        if let table = current.table() {
            // What is ready of a table that is refused later never goes in.
            if tables.isEmpty { ready = current.takePoints() }
            tables.append(tables.isEmpty || !current.namesMetrics ? table : table.refused(.longTableBelow))
        }
        current = DailyTableReader(options, below: below)
    }
}
