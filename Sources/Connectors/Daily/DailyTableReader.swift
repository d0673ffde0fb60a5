// One table of a file: what stands above it, its headers, its rows.

import Domain

/// Takes the records of one table. What is wrong with it as a whole is kept, and the rest of it passed over; what is wrong with cells and rows
/// is collected, so that all of it can be said at once.
struct DailyTableReader: Sendable {
    private let options: TableOptions
    /// What stands in the line of headers, or where it should be.
    private(set) var headers: [String] = []
    private var preamble = Preamble()
    /// Where its headers are, or should be.
    private var firstLine: Int?
    private var rows: DailyRows?
    private var failure: TableError?

    init(_ options: TableOptions) {
        self.options = options
    }

    /// Whether there was a line that is neither a comment nor a title.
    var hasBegun: Bool { firstLine != nil }

    var hasHeader: Bool { rows != nil }

    /// What counts days stands right above its table.
    mutating func passBlankLine() { preamble.forgetFirstDay() }

    mutating func fail(_ error: TableError) { failure = failure ?? error }

    /// Whether a record could be one more row.
    func wouldTake(_ record: CSVRecord) -> Bool { rows?.wouldTake(record) ?? false }

    /// - Parameter hasCommas: whether commas separate the file's fields.
    mutating func read(_ record: CSVRecord, hasCommas: Bool) {
        guard failure == nil else { return }
        do throws(TableError) {
            if rows != nil {
                try rows?.read(record)
            } else if !preamble.take(record) {
                firstLine = record.line
                headers = record.fields.indices.map { Header(record.text($0)).text }
                let columns = try TableColumn.plan(headers, title: preamble.title, map: options.map)
                rows = try DailyRows(columns: columns, hasCommas: hasCommas, preamble: preamble, options: options)
            }
        } catch {
            failure = error
        }
    }

    /// The names by which its columns can be mapped: a title, too, where it stands for a header.
    var mappable: [String] {
        headers + headers.map { Header($0).named(by: preamble.title).text }.filter { !headers.contains($0) }
    }

    /// What came of it; nil if there was nothing but comments.
    var table: FileTable? {
        guard let line = firstLine ?? preamble.titleLine else { return nil }
        return FileTable(line: line, title: preamble.title, result: result)
    }

    private var result: Result<DailyTable, TableError> {
        do throws(TableError) {
            if let failure { throw failure }
            guard var rows else { throw preamble.title.map { .noDateColumn(headers: [$0]) } ?? .noHeader }
            return .success(try rows.table())
        } catch {
            return .failure(error)
        }
    }
}
