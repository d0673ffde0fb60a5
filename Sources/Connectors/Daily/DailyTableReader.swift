// One table of a file: what stands above it, its headers, its rows.

import Domain

/// Takes the records of one table. What is wrong with it as a whole is kept, and the rest of it passed over; what is wrong with cells and rows
/// is collected, so that all of it can be said at once.
struct DailyTableReader: Sendable {
    /// A row per day, or a row per metric and day.
    private enum Rows: Sendable {
        case daily(DailyRows)
        case long(LongRows)
    }

    private let options: TableOptions
    /// What stands in the line of headers, or where it should be.
    private(set) var headers: [String] = []
    private(set) var preamble: Preamble
    private var format: FileFormat
    private var source: SourceName?
    /// Where its headers are, or should be.
    private var firstLine: Int?
    private var rows: Rows?
    private var failure: TableError?

    /// - Parameter above: what stands above the table before it.
    init(_ options: TableOptions, below above: Preamble? = nil) {
        self.options = options
        preamble = Preamble(below: above)
        format = options.format ?? .plain
    }

    /// Whether there was a line that is neither a comment nor a title.
    var hasBegun: Bool { firstLine != nil }

    var hasHeader: Bool { rows != nil }

    mutating func passBlankLine() { preamble.passBlankLine() }

    mutating func fail(_ error: TableError) { failure = failure ?? error }

    /// Whether a record could be one more row.
    func wouldTake(_ record: FileRecord) -> Bool {
        switch rows {
        case .daily(let rows): rows.wouldTake(record)
        case .long(let rows): rows.wouldTake(record)
        case nil: false
        }
    }

    /// - Parameter hasCommas: whether commas separate the file's fields.
    mutating func read(_ record: FileRecord, hasCommas: Bool) {
        guard failure == nil else { return }
        do throws(TableError) {
            switch rows {
            // Taken out meanwhile: a second holder would have it copied.
            case .daily(var rows):
                self.rows = nil
                defer { self.rows = .daily(rows) }
                try rows.read(record)
            case .long(var rows):
                self.rows = nil
                defer { self.rows = .long(rows) }
                try rows.read(record)
            case nil:
                if !preamble.take(record) { try begin(record, hasCommas: hasCommas) }
            }
        } catch {
            failure = error
        }
    }

    private mutating func begin(_ record: FileRecord, hasCommas: Bool) throws(TableError) {
        firstLine = record.line
        headers = record.fields.indices.map { Header(record.text($0)).text }
        let opening = TableOpening(preamble: preamble, headers: headers.map(Header.init))
        format = options.format ?? .of(opening)
        source = options.source ?? format.source(opening)
        if options.layout != .wide, let columns = LongColumns(opening.headers, options) {
            rows = .long(try LongRows(columns, hasCommas: hasCommas, options: options))
            return
        }
        if options.layout == .long { throw .notLong(headers: headers) }
        let columns = try TableColumn.plan(opening, in: format, options)
        rows = .daily(
            try DailyRows(columns: columns, hasCommas: hasCommas, preamble: preamble, format: format, options: options)
        )
    }

    /// Points that can be posted before the table ends.
    mutating func takePoints() -> [SourcedPoint] {
        guard case .long(var rows)? = rows, failure == nil else { return [] }
        self.rows = nil
        defer { self.rows = .long(rows) }
        return rows.takePoints()
    }

    /// The names by which its columns can be mapped: a title, too, where it stands for a header.
    var mappable: [String] {
        if case .long(let rows)? = rows { return headers + rows.mapped }
        return headers + headers.map { Header($0).named(by: preamble.title).text }.filter { !headers.contains($0) }
    }

    /// Whether the rows name their metrics.
    var namesMetrics: Bool { if case .long? = rows { true } else { false } }

    /// What came of it; nil if there was nothing but comments.
    mutating func table() -> FileTable? {
        guard let line = firstLine ?? preamble.titleLine else { return nil }
        return FileTable(line: line, title: preamble.title, format: format, source: source, result: result())
    }

    private mutating func result() -> Result<DailyTable, TableError> {
        do throws(TableError) {
            if let failure { throw failure }
            switch rows {
            case .daily(var rows): return .success(try rows.table())
            case .long(let rows): return .success(try rows.table())
            case nil: throw preamble.title.map { .noDateColumn(headers: [$0]) } ?? .noHeader
            }
        } catch {
            return .failure(error)
        }
    }
}
