// Base64 as tokens have it (RFC 4648, 5): without padding, and each value spelled in one way.

package enum Base64URL {
    /// Nil for what is not spelled exactly so: other letters, padding, bits left over.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count * 3 / 4)
        var (bits, count) = (0, 0)
        for byte in text.utf8 {
            guard let value = value(of: byte) else { return nil }
            (bits, count) = (bits << 6 | value, count + 6)
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(bits >> count))
            bits &= (1 << count) - 1
        }
        return count < 6 && bits == 0 ? bytes : nil
    }

    private static func value(of byte: UInt8) -> Int? {
        switch byte {
        case Byte.upperCase: Int(byte - UInt8(ascii: "A"))
        case Byte.lowerCase: Int(byte - UInt8(ascii: "a")) + 26
        case Byte.digits: Int(byte - Byte.zero) + 52
        case Byte.minus: 62
        case Byte.underscore: 63
        default: nil
        }
    }
}
