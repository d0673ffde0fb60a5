// What is wrong with a file as text, before anyone asks what its columns mean.
import Domain

/// Why bytes are neither CSV (RFC 4180, in UTF-8 or UTF-16) nor a JSON object per line. Lines count from 1, as an editor counts them.
package enum FileError: Error, Hashable {
    /// The file is something else altogether.
    case notText(Kind)
    case notUTF8(line: Int)
    case notUTF16(line: Int)
    /// A zero byte, which no text has.
    case zeroByte(line: Int)
    /// A quoted field that never ends; `line` is where it opens.
    case unterminatedQuote(line: Int)
    case textAfterQuote(line: Int)
    case quoteInsideField(line: Int)
    /// A record beyond `CSVParser.longestRecord`; `line` is where it starts.
    case recordTooLong(line: Int)
    case tooManyTables(Int)
    /// Compressed data that ends too early or is damaged.
    case badGzip
    /// A line of a JSON file that is no flat object.
    case notAnObject(line: Int, String)
    /// An object whose keys are not those of the first one.
    case otherKey(line: Int, String)

    /// What a file is by its first bytes, when that is not UTF-8 text.
    package enum Kind: Hashable, Sendable {
        case json
        case zip
    }
}

extension FileError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notText(.json):
            "this is one JSON array: write an object per line (NDJSON), or export the numbers as CSV, and import that"
        case .tooManyTables(let most):
            "the file has more than \(most) tables: import it in parts"
        case .badGzip:
            "this is compressed with gzip, and damaged or cut off on the way: download it again"
        case .notAnObject(let line, let why):
            "line \(line): \(why)"
        case .otherKey(let line, let key):
            "line \(line) has a key \(key.quoted) that the first object has not: write the same keys on every line, null where there is no value"
        case .notText(.zip):
            "this is a zip archive or a spreadsheet (.xlsx), not text: save the sheet as “CSV UTF-8” and import that"
        case .notUTF8(let line):
            "line \(line) is not UTF-8: save the file as UTF-8 (in a spreadsheet: “CSV UTF-8”) and import that"
        case .notUTF16(let line):
            "line \(line) is not UTF-16, as the file's beginning is: it may have been cut off on the way; download it again"
        case .zeroByte(let line):
            "line \(line) has a zero byte, which no text has: is this a CSV file in UTF-8?"
        case .unterminatedQuote(let line):
            "the quoted field that opens on line \(line) never ends: a closing \" is missing"
        case .textAfterQuote(let line):
            "line \(line): text follows a closing quote: put the separator between them, or double the quote if it is part of the text (\"\")"
        case .quoteInsideField(let line):
            "line \(line): a quote in the middle of a field: put the whole field in quotes and double the one inside (\"\")"
        case .recordTooLong(let line):
            "the record that starts on line \(line) is longer than \(CSVParser.longestRecord >> 20) MiB: is this a file of tables, or a tap's messages?"
        }
    }
}
