// What an input says: four bytes choose what reads it and how, the rest is read. scripts/fuzz-seeds writes the same four.

struct Input {
    enum Kind: CaseIterable {
        case tables, stream, packed, map, lines
    }

    let kind: Kind
    private(set) var options: Options
    let body: [UInt8]
    private let cut: UInt8

    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count >= 4 else { return nil }
        kind = Kind.allCases[Int(bytes[0] & 0x0F) % Kind.allCases.count]
        options = Options(rest: Int(bytes[1]) | Int(bytes[2]) << 8)
        cut = bytes[3]
        let rest = Array(bytes[4...])
        // Of few inputs: each takes as long as a thousand others.
        switch bytes[0] {
        case 0xF0: body = Self.stretched(rest, to: (1 << 16) - 8 + Int(cut & 15))
        case 0xF4: body = Self.stretched(rest, to: (1 << 20) - 8 + Int(cut & 15))
        default: body = rest
        }
    }

    /// With a run of letters for the first byte of 1: limits of 64 KiB and 1 MiB are out of reach otherwise.
    private static func stretched(_ bytes: [UInt8], to length: Int) -> [UInt8] {
        guard let place = bytes.firstIndex(of: 1) else { return bytes }
        return bytes[..<place] + [UInt8](repeating: UInt8(ascii: "a"), count: length) + bytes[(place + 1)...]
    }

    /// The body in pieces, empty ones among them: single bytes, or up to 255; few of a long one, or it would take all day.
    func pieces(of bytes: [UInt8]) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var (position, random) = (0, UInt32(cut))
        let longest = bytes.count < 1 << 15 ? Int(cut) : bytes.count / 3 + Int(cut)
        while position < bytes.count {
            random = random &* 1_664_525 &+ 1_013_904_223
            let length = longest == 0 ? 1 : Int(random >> 8) % (longest + 1)
            pieces.append(Array(bytes[position..<min(bytes.count, position + length)]))
            position += length
        }
        return pieces + [[]]
    }
}

/// A number that is taken apart into choices, one after the other. Zero is the first of each.
struct Options {
    var rest: Int

    mutating func one<Choice>(of choices: [Choice]) -> Choice {
        defer { rest /= choices.count }
        return choices[rest % choices.count]
    }
}
