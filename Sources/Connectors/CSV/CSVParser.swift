// A streaming parser for CSV. It knows nothing of headers or values. docs/decisions/0003-csv-parser.md says why it is our own.
//
// Use: feed a chunk, take records until there are none, feed the next; at the end call finish and take the rest.
//
//     parser.feed(chunk)
//     while let record = try parser.next() { … }

/// A parser of RFC 4180 in UTF-8 or UTF-16, fed with chunks of any size; it holds one chunk and one record, and
/// of a dialect that has to be found the first 64 KiB.
///
/// Lines end with CRLF, LF or a lone CR. A byte order mark is skipped. Spaces belong to fields. Blank lines are records with one
/// empty field: what they mean is the reader's business. What RFC 4180 does not allow is an error, never guessed at, and ends
/// the parsing: after it the parser throws the same again.
package struct CSVParser: Sendable {
    /// Bytes in one record, so that a missing quote can't take a whole stream into memory.
    package static let longestRecord = 1 << 20

    /// Where the parser stands between two bytes.
    enum State: Sendable {
        case recordStart
        case fieldStart
        case plain
        case quoted
        /// After a quote inside a quoted field: its end, or the first of two.
        case quoteInQuoted
    }

    var state = State.recordStart
    /// The record being read. Handed out by value: dropped by the reader before the next, its memory is used again.
    var record = FileRecord()
    /// Where the current field starts in the record's bytes.
    var fieldStart = 0
    /// The line of the next byte.
    var line = 1
    /// The line where the open quoted field opened.
    var quoteLine = 1
    /// The last byte was a CR, which already ended a line: an LF after it belongs to it.
    var afterCarriageReturn = false
    /// Whether the record has bytes beyond ASCII, and so has to be checked as UTF-8.
    var hasNonASCII = false

    private var chunk: [UInt8] = []
    private var position = 0
    private(set) var decoder = TextDecoder()
    private var finder: SeparatorFinder
    private var isFinished = false
    private var failure: FileError?

    package init(_ dialect: CSVDialect = .commas) {
        finder = SeparatorFinder(dialect)
    }

    /// What stands between fields, as far as it is known.
    var separator: UInt8 { finder.separator }
    var hasCommas: Bool { separator == UInt8(ascii: ",") }

    /// Takes the next bytes. Call it when `next()` has returned nil.
    package mutating func feed(_ bytes: [UInt8]) {
        precondition(position == chunk.count && !isFinished, "take all records before feeding the next chunk")
        position = 0
        begin(finder.take(decoder.take(bytes)))
    }

    /// Says that there are no more bytes.
    package mutating func finish() {
        precondition(position == chunk.count && !isFinished, "take all records before finishing")
        position = 0
        begin(finder.take(decoder.takeRest()) + finder.takeRest())
        isFinished = true
    }

    private mutating func begin(_ bytes: [UInt8]) {
        // The line that named the separator was one, too.
        if finder.hasDeclaration, line == 1 { line = 2 }
        chunk = bytes
    }

    /// The next record; nil when more bytes are needed, or, after `finish`, at the end.
    package mutating func next() throws(FileError) -> FileRecord? {
        if let failure { throw failure }
        do throws(FileError) {
            if let kind = decoder.kind { throw FileError.notText(kind) }
            return try advance() ? record : nil
        } catch {
            failure = error
            position = chunk.count
            throw error
        }
    }

    private mutating func advance() throws(FileError) -> Bool {
        // The chunk is the scanner's alone meanwhile: held here too, every read of it would be checked for overlapping access.
        let bytes = chunk
        var index = position
        let isComplete = try scan(bytes.span, from: &index)
        position = index
        if isComplete { return true }
        return isFinished ? try endOfInput() : false
    }

    /// The last record may lack its line break.
    private mutating func endOfInput() throws(FileError) -> Bool {
        switch state {
        case .recordStart: return false
        case .quoted: throw .unterminatedQuote(line: quoteLine)
        case .fieldStart, .plain, .quoteInQuoted:
            record.addField(from: fieldStart, to: record.bytes.count)
            try endRecord()
            return true
        }
    }
}
