// Lines of a stream, chunk by chunk, each with its number.

/// Splits bytes at line feeds; a carriage return before one belongs to it.
package struct LineSplitter: Sendable {
    /// Bytes in one line, so that a missing line break can't take a whole stream into memory.
    package static let longestLine = 1 << 20

    private var held: [UInt8] = []
    private var position = 0
    /// Up to where there is no line break.
    private var searched = 0
    private var isFinished = false
    /// The number of the line that was returned last, from 1.
    package private(set) var line = 0

    package init() {}

    package mutating func feed(_ bytes: [UInt8]) {
        if position > 0 {
            held.removeSubrange(..<position)
            searched -= position
            position = 0
        }
        held += bytes
    }

    package mutating func finish() { isFinished = true }

    /// The next line, blank ones left out; nil when more bytes are needed, or at the end.
    /// - Throws: `.recordTooLong`.
    package mutating func next() throws(FileError) -> [UInt8]? {
        while true {
            let end = held[max(position, searched)...].firstIndex(of: UInt8(ascii: "\n"))
            searched = end ?? held.count
            if searched - position > Self.longestLine { throw .recordTooLong(line: line + 1) }
            guard let end = end ?? (isFinished && position < held.count ? held.count : nil) else { return nil }
            line += 1
            var bytes = held[position..<end]
            position = min(end + 1, held.count)
            if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
            if line == 1, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
            if bytes.contains(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }) { return Array(bytes) }
        }
    }
}
