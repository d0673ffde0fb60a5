// Reading CSV in tests: whole, in pieces, and from the fixtures.

import Connectors
import Domain
import Foundation

/// A record as text, for comparison.
struct Row: Equatable, CustomStringConvertible {
    let line: Int
    let fields: [String]

    init(_ line: Int, _ fields: String...) {
        self.line = line
        self.fields = fields
    }

    init(_ record: FileRecord) {
        line = record.line
        fields = record.fields.indices.map(record.text)
    }

    var description: String { "\(line): \(fields)" }
}

/// What the parser yields for the chunks: the records before the error, if there is one.
func parse(_ chunks: [[UInt8]], _ dialect: CSVDialect = .commas) -> (rows: [Row], error: FileError?) {
    var parser = CSVParser(dialect)
    var rows: [Row] = []
    do {
        for chunk in chunks {
            parser.feed(chunk)
            while let record = try parser.next() { rows.append(Row(record)) }
        }
        parser.finish()
        while let record = try parser.next() { rows.append(Row(record)) }
        return (rows, nil)
    } catch {
        return (rows, error)
    }
}

func parse(_ text: String) -> (rows: [Row], error: FileError?) {
    parse([Array(text.utf8)])
}

/// Text as UTF-16, with a byte order mark or without.
func utf16(_ text: String, bigEndian: Bool = false, mark: Bool = true) -> [UInt8] {
    ((mark ? [0xFEFF] : []) + Array(text.utf16)).flatMap { unit in
        let bytes = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
        return bigEndian ? bytes.reversed() : bytes
    }
}

func readTables(_ bytes: [UInt8], _ options: TableOptions = TableOptions()) throws(FileError) -> [FileTable] {
    var reader = DailyFileReader(options)
    try reader.feed(bytes)
    return try reader.finish()
}

/// The one table of a file.
func readTable(_ bytes: [UInt8], map: HeaderMap = .none) throws -> DailyTable {
    let tables = try readTables(bytes, TableOptions(map: map))
    precondition(tables.count == 1, "\(tables.count) tables")
    return try tables[0].result.get()
}

func readTable(_ text: String, map: [String] = []) throws -> DailyTable {
    try readTable(Array(text.utf8), map: HeaderMap(map))
}

/// The words with which a table is refused; nil if it is taken.
func refusal(_ text: String, map: [String] = []) throws -> String? {
    do {
        return try readTables(Array(text.utf8), TableOptions(map: HeaderMap(map))).lazy.compactMap { table in
            if case .failure(let error) = table.result { error.description } else { nil }
        }.first
    } catch let error as FileError {
        return error.description
    }
}

func fixture(_ name: String) throws -> [UInt8] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    return try Array(Data(contentsOf: folder.appending(path: name)))
}

extension DailyTable {
    /// The exact sum of a metric whose values are whole numbers; nil if one is not.
    func sum(_ metric: MetricName) -> Int? {
        points.filter { $0.metric == metric }.reduce(0) { sum, point in
            guard let sum, let value = Int(point.value.text) else { return nil }
            return sum + value
        }
    }

    /// `day metric=value` for each point.
    var texts: [String] { points.map { "\($0.day) \($0.metric)=\($0.value)" } }
}

extension FileTable {
    /// The points; empty where there are none.
    var texts: [String] {
        if case .success(let table) = result { table.texts } else { [] }
    }

    /// Why it is refused.
    var words: String? {
        if case .failure(let error) = result { error.description } else { nil }
    }
}
