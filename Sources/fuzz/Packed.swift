// What may be gzip: hostile bytes as they are, and a file packed here, which has to come out as it went in.
import CZlib
import Connectors

enum Packed {
    /// A little input unpacks to very much.
    private static let longest = 4 << 20

    static func run(_ input: Input) {
        var choices = input.options
        let perBlock = choices.one(of: [0, 1, 100, 65_535])
        let perFile = choices.one(of: [1, 3])
        if perBlock == 0 {
            requireSame(unpacked([input.body]), unpacked(input.pieces(of: input.body)), "gzip")
        } else {
            let packed = pack(input.body, perBlock: max(perBlock, input.body.count / 64), blocksPerFile: perFile)
            let whole = unpacked([packed])
            requireSame(whole, unpacked(input.pieces(of: packed)), "gzip made here")
            require(whole.bytes == input.body && whole.refusal == nil, "gzip does not come out as it went in: \(whole)")
        }
    }

    private struct Outcome: Equatable, CustomStringConvertible, Sendable {
        var bytes: [UInt8] = []
        var refusal: String?

        var description: String { "\(bytes.count) bytes, \(refusal ?? "-")" }
    }

    /// `@unchecked Sendable`: its task has ended before anybody else looks at it.
    private final class Box: @unchecked Sendable {
        var outcome: Outcome?
    }

    /// Nothing here waits for anything, so that the task ends before the call does.
    private static func unpacked(_ chunks: [[UInt8]]) -> Outcome {
        let box = Box()
        Task.immediate {
            let gunzip = Gunzip()
            var outcome = Outcome()
            var rest = chunks[...]
            do {
                while let bytes = try await gunzip.next({ rest.popFirst() }) {
                    outcome.bytes += bytes
                    if outcome.bytes.count > longest {
                        outcome.bytes.removeLast(outcome.bytes.count - longest)
                        break
                    }
                }
            } catch {
                // How much came out before depends on the pieces.
                outcome = Outcome(bytes: [], refusal: "\(error)")
            }
            box.outcome = outcome
        }
        guard let outcome = box.outcome else { fatalError("the task went elsewhere") }
        return outcome
    }

    /// Gzip of stored blocks: nothing is compressed.
    private static func pack(_ bytes: [UInt8], perBlock: Int, blocksPerFile: Int) -> [UInt8] {
        var packed: [UInt8] = []
        var position = 0
        repeat {
            let part = Array(bytes[position..<min(bytes.count, position + perBlock * blocksPerFile)])
            packed += [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
            var start = 0
            repeat {
                let block = part[start..<min(part.count, start + perBlock)]
                start += block.count
                packed.append(start == part.count ? 1 : 0)
                packed += littleEndian(block.count, 2) + littleEndian(~block.count, 2) + block
            } while start < part.count
            let sum = part.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
            packed += littleEndian(Int(sum), 4) + littleEndian(part.count, 4)
            position += part.count
        } while position < bytes.count
        return packed
    }

    private static func littleEndian(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}
