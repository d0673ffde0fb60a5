// A member of an object as it was written: what is only passed on is not read and written anew.

package enum JSONMember {
    /// Where the value of a member of the outermost object stands. Of several of one name the first, which the decoder takes too.
    /// - Parameter bytes: a JSON object; what it is if it is none is undefined.
    package static func range(of key: String, in bytes: [UInt8]) -> Range<Int>? {
        var scanner = Scanner(bytes: bytes)
        return scanner.valueRange(of: Array(key.utf8))
    }

    private struct Scanner {
        let bytes: [UInt8]
        var position = 0

        mutating func valueRange(of key: [UInt8]) -> Range<Int>? {
            skipSpace()
            guard take(UInt8(ascii: "{")) else { return nil }
            while true {
                skipSpace()
                let name = position
                guard skipString() else { return nil }
                let isKey = bytes[(name + 1)..<(position - 1)].elementsEqual(key)
                skipSpace()
                guard take(UInt8(ascii: ":")) else { return nil }
                skipSpace()
                let start = position
                skipValue()
                var end = position
                while end > start, Self.isSpace(bytes[end - 1]) { end -= 1 }
                if isKey { return start..<end }
                guard take(UInt8(ascii: ",")) else { return nil }
            }
        }

        private mutating func take(_ byte: UInt8) -> Bool {
            guard position < bytes.count, bytes[position] == byte else { return false }
            position += 1
            return true
        }

        private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

        private mutating func skipSpace() { while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 } }

        private mutating func skipString() -> Bool {
            guard take(Byte.quote) else { return false }
            while position < bytes.count {
                let byte = bytes[position]
                position += byte == Byte.backslash ? 2 : 1
                if byte == Byte.quote { return true }
            }
            return false
        }

        /// Up to the comma or bracket behind it.
        private mutating func skipValue() {
            var depth = 0
            while position < bytes.count {
                switch bytes[position] {
                case Byte.quote: guard skipString() else { return }
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    depth += 1
                    position += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    if depth == 0 { return }
                    depth -= 1
                    position += 1
                case UInt8(ascii: ",") where depth == 0: return
                default: position += 1
                }
            }
        }
    }
}
