// One record of a file: its bytes, and where the fields are in them.

/// A record of a file. Fields are ranges of one array of bytes, so that a field costs no allocation.
package struct FileRecord: Sendable {
    /// The line on which the record starts, from 1. A quoted field may hold further lines.
    package internal(set) var line = 1
    /// UTF-8. What lies between the fields means nothing.
    package internal(set) var bytes: [UInt8] = []
    /// The fields, quotes undone, as ranges of `bytes`. Never empty in a record that the parser returns.
    package internal(set) var fields: [Range<Int>] = []

    package func text(_ field: Int) -> String {
        String(decoding: bytes[fields[field]], as: UTF8.self)
    }

    /// Where the field is in `bytes`, without spaces and tabs at either end.
    func trimmed(_ field: Int) -> Range<Int> {
        var range = fields[field]
        while let first = range.first, Self.isSpace(bytes[first]) { range = range.dropFirst() }
        while let last = range.last, Self.isSpace(bytes[last]) { range = range.dropLast() }
        return range
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    /// Whether every field is empty: a blank line, or one of separators alone, as spreadsheets leave them at the end.
    package var isBlank: Bool {
        fields.allSatisfy(\.isEmpty)
    }

    mutating func removeAll(line: Int) {
        self.line = line
        bytes.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
    }

    mutating func addField(from start: Int, to end: Int) {
        fields.append(Range(uncheckedBounds: (start, end)))
    }
}
