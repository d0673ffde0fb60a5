// A file of entries, as `export --entries` writes it, back into a ledger.
import Connectors
import Domain
package import Storage

/// A line that is no entry.
package struct EntryFileError: Error, Sendable, CustomStringConvertible {
    package let line: Int
    package let what: String

    package var description: String { "line \(line): \(what). Nothing was imported" }
}

/// Reads entries from CSV, line by line.
package struct EntryFile {
    private var parser = CSVParser()
    private var hasHeader = false
    private var isAtEnd = false

    package init() {}

    /// - Parameter nextChunk: the file's bytes, in chunks of any size; nil at the end.
    /// - Returns: nil at the end of the file.
    /// - Throws: `EntryFileError`, `FileError`, or what `nextChunk` throws.
    package mutating func next(_ nextChunk: () async throws -> [UInt8]?) async throws -> LedgerEntry? {
        while true {
            if let record = try parser.next() {
                if !hasHeader {
                    try checkHeader(record)
                    hasHeader = true
                } else if !record.isBlank {
                    return try Self.entry(record)
                }
            } else if isAtEnd {
                guard hasHeader else { throw EntryFileError(line: 1, what: "the file is empty") }
                return nil
            } else if let chunk = try await nextChunk() {
                parser.feed(chunk)
            } else {
                parser.finish()
                isAtEnd = true
            }
        }
    }

    private func checkHeader(_ record: FileRecord) throws(EntryFileError) {
        let header = record.fields.indices.map(record.text)
        guard header == LedgerEntry.columns else {
            let columns = LedgerEntry.columns.joined(separator: ",")
            throw EntryFileError(
                line: record.line,
                what: "the header is not \(columns): give a file that `livinglytics export --entries` wrote"
            )
        }
    }

    private static func entry(_ record: FileRecord) throws(EntryFileError) -> LedgerEntry {
        guard record.fields.count == LedgerEntry.columns.count else {
            throw EntryFileError(line: record.line, what: "it has \(record.fields.count) fields in place of \(LedgerEntry.columns.count)")
        }
        func wrong(_ column: Int) -> EntryFileError {
            EntryFileError(line: record.line, what: "\(record.text(column).quoted) is no \(LedgerEntry.columns[column])")
        }
        func read<Value>(_ column: Int, _ value: (String) -> Value?) throws(EntryFileError) -> Value {
            guard let value = value(record.text(column)) else { throw wrong(column) }
            return value
        }
        func readIfAny<Value>(_ column: Int, _ value: (String) -> Value?) throws(EntryFileError) -> Value? {
            record.fields[column].isEmpty ? nil : try read(column, value)
        }
        return LedgerEntry(
            metric: record.text(0),
            source: record.text(1),
            account: record.text(2),
            day: try read(3) { Day(iso: $0) },
            value: try read(4) { ExactDecimal($0) },
            presence: try read(5) { Int16($0) },
            importID: try readIfAny(6) { ImportID($0) },
            meta: try readIfAny(7, json) ?? "{}",
            createdAt: try readIfAny(8) { Moment($0) }
        )
    }

    /// The text itself, if it is JSON: numbers keep whatever digits they have.
    private static func json(_ text: String) -> String? {
        do throws(JSONError) {
            _ = try JSON(reading: Array(text.utf8))
            return text
        } catch {
            switch error {
            case .longNumber, .tooDeep: return text
            case .syntax: return nil
            }
        }
    }
}
