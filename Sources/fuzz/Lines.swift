// Lines, against a plain reading of them, and how much of them is held.
import Connectors

enum Lines {
    static func run(_ input: Input) {
        let whole = read([input.body])
        requireSame(whole, read(input.pieces(of: input.body)), "lines")
        requireSame(plain(input.body), whole, "lines by themselves")
    }

    private struct Outcome: Equatable, CustomStringConvertible {
        var lines: [[UInt8]] = []
        var numbers: [Int] = []
        var refusal: String?

        var description: String { "\(numbers) \(lines.map(\.count)) \(refusal ?? "-")" }
    }

    private static func read(_ chunks: [[UInt8]]) -> Outcome {
        var splitter = LineSplitter()
        var outcome = Outcome()
        var open = 0
        func drain() throws(FileError) {
            while let line = try splitter.next() {
                require(line.count <= LineSplitter.longestLine, "a line of \(line.count) bytes")
                outcome.lines.append(line)
                outcome.numbers.append(splitter.line)
            }
        }
        do throws(FileError) {
            for chunk in chunks {
                splitter.feed(chunk)
                try drain()
                open = chunk.lastIndex(of: UInt8(ascii: "\n")).map { chunk.count - $0 - 1 } ?? open + chunk.count
                require(open <= LineSplitter.longestLine, "\(open) bytes of a line are held")
            }
            splitter.finish()
            try drain()
        } catch {
            outcome.refusal = error.description
        }
        return outcome
    }

    private static func plain(_ bytes: [UInt8]) -> Outcome {
        var outcome = Outcome()
        for (index, part) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            if part.count > LineSplitter.longestLine {
                outcome.refusal = FileError.recordTooLong(line: index + 1).description
                break
            }
            var line = part
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            if index == 0, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
            if line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) { continue }
            outcome.lines.append(Array(line))
            outcome.numbers.append(index + 1)
        }
        return outcome
    }
}
