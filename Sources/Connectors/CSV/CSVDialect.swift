// What stands between the fields of a file: said by its first line, or found from how often each separator occurs.

/// What separates fields.
package enum CSVDialect: Sendable {
    /// RFC 4180, and nothing else.
    case commas
    /// A comma, a semicolon or a tab, by the file's beginning. A first line `sep=;`, as spreadsheets read it, says which, and is no record.
    case detected
}

/// Finds the separator of a file. It holds back the beginning until it knows.
struct SeparatorFinder: Sendable {
    static let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
    /// How much of a file is looked at, in bytes.
    static let longestOpening = 1 << 16

    private(set) var separator = UInt8(ascii: ",")
    /// Whether the first line only said what the separator is.
    private(set) var hasDeclaration = false

    private var held: [UInt8] = []
    private var isDecided: Bool

    init(_ dialect: CSVDialect) {
        switch dialect {
        case .commas: isDecided = true
        case .detected: isDecided = false
        }
    }

    /// The bytes to parse: none until enough have come to tell.
    mutating func take(_ bytes: [UInt8]) -> [UInt8] {
        if isDecided { return bytes }
        held += bytes
        return held.count < Self.longestOpening ? [] : decide()
    }

    /// At the end of a file: what was held back.
    mutating func takeRest() -> [UInt8] { isDecided ? [] : decide() }

    private mutating func decide() -> [UInt8] {
        isDecided = true
        let opening = held
        held = []
        if let (declared, length) = Self.declaration(in: opening) {
            (separator, hasDeclaration) = (declared, true)
            return Array(opening.dropFirst(length))
        }
        separator = Self.mostFrequent(in: opening.prefix(Self.longestOpening))
        return opening
    }

    /// `sep=;`, and how many bytes its line has.
    private static func declaration(in opening: [UInt8]) -> (separator: UInt8, length: Int)? {
        let word = Array("sep=".utf8)
        guard opening.count > word.count, zip(opening, word).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) else { return nil }
        let separator = opening[word.count]
        let rest = opening.dropFirst(word.count + 1)
        guard candidates.contains(separator) else { return nil }
        if rest.isEmpty { return (separator, opening.count) }
        for lineEnd in ["\r\n", "\n", "\r"] where rest.starts(with: Array(lineEnd.utf8)) {
            return (separator, word.count + 1 + lineEnd.utf8.count)
        }
        return nil
    }

    /// The separator that most lines have, comments and quoted fields left aside: a number's decimal comma is missing from headers and whole
    /// numbers, while what separates is on every line. The comma where two are alike.
    private static func mostFrequent(in opening: ArraySlice<UInt8>) -> UInt8 {
        var lines = candidates.map { _ in 0 }
        var isOnLine = candidates.map { _ in false }
        var isQuoted = false
        func endLine() {
            for index in candidates.indices where isOnLine[index] { lines[index] += 1 }
            isOnLine = candidates.map { _ in false }
        }
        var (isLineStart, isComment) = (true, false)
        for byte in opening {
            if isLineStart { isComment = byte == UInt8(ascii: "#") }
            isLineStart = byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
            if isComment, !isLineStart { continue }
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if isQuoted { continue }
            if isLineStart { endLine() }
            if let index = candidates.firstIndex(of: byte) { isOnLine[index] = true }
        }
        endLine()
        let most = lines.max() ?? 0
        return candidates[lines.firstIndex(of: most) ?? 0]
    }
}
