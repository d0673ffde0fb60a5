// The bytes of an import, as they come: unpacked, counted, bounded.
import Connectors

/// The import has more bytes than may be.
package struct ImportTooLarge: Error, Sendable, CustomStringConvertible {
    package let limit: Int

    package var description: String { "it has more than \(limit) bytes (unpacked, if it is compressed): import it in parts" }
}

/// Somebody asked for the end: what is complete is kept.
package struct ImportInterrupted: Error, Sendable, CustomStringConvertible {
    package init() {}

    package var description: String { "ended before the end of its input" }
}

/// Where an import's bytes come from.
package final class ImportSource {
    private let gunzip = Gunzip()
    private let nextChunk: () async throws -> [UInt8]?
    private let limit: Int
    private let progress: ImportProgress
    private var opening: [[UInt8]] = []
    private var unpacked = 0

    /// - Parameters:
    ///   - limit: how many bytes may come, unpacked.
    ///   - nextChunk: the bytes, in chunks of any size; nil at the end.
    package init(limit: Int = .max, progress: ImportProgress, nextChunk: @escaping () async throws -> [UInt8]?) {
        (self.limit, self.progress, self.nextChunk) = (limit, progress, nextChunk)
    }

    /// - Throws: `ImportTooLarge`, `FileError.badGzip`, or what `nextChunk` throws.
    func next() async throws -> [UInt8]? {
        opening.isEmpty ? try await read() : opening.removeFirst()
    }

    /// The first line, as far as it is shorter than any line may be; the bytes still come.
    func firstLine() async throws -> [UInt8] {
        var line: [UInt8] = []
        while line.count < LineSplitter.longestLine, let chunk = try await read() {
            opening.append(chunk)
            line += chunk
            if let start = line.firstIndex(where: { $0 > 0x20 && !NDJSONStart.mark.contains($0) }),
                let end = line[start...].firstIndex(of: UInt8(ascii: "\n"))
            {
                return Array(line[start..<end])
            }
            // No object begins like this.
            if NDJSONStart.speaksAgainst(line) { break }
        }
        return line
    }

    private func read() async throws -> [UInt8]? {
        let bytes = try await gunzip.next {
            let chunk = try await nextChunk()
            progress.add(bytes: chunk?.count ?? 0)
            return chunk
        }
        unpacked += bytes?.count ?? 0
        if unpacked > limit { throw ImportTooLarge(limit: limit) }
        return bytes
    }
}

private enum NDJSONStart {
    /// The bytes of a byte order mark.
    static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    static func speaksAgainst(_ bytes: [UInt8]) -> Bool {
        bytes.first { $0 > 0x20 && !mark.contains($0) }.map { $0 != UInt8(ascii: "{") } ?? false
    }
}
