// A member that is there twice: which of the two counts is anybody's guess, and an attacker's choice.

extension JSON {
    /// Whether some object of a document that can be read has a member twice, however its name is spelled.
    package static func repeatsAMember(_ bytes: [UInt8]) -> Bool {
        /// The names of each object that is open; nil for an array.
        var open: [Set<String>?] = []
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "{"): open.append([])
            case UInt8(ascii: "["): open.append(nil)
            case UInt8(ascii: "}"), UInt8(ascii: "]"): if !open.isEmpty { open.removeLast() }
            case Byte.quote:
                let start = index
                while index < bytes.count, bytes[index] != Byte.quote { index += bytes[index] == Byte.backslash ? 2 : 1 }
                let end = min(index, bytes.count)
                index = end + 1
                guard let last = open.last, let names = last, isFollowedByColon(bytes, index) else { continue }
                let name = spelledOut(Array(bytes[start..<end]))
                if names.contains(name) { return true }
                open[open.count - 1]?.insert(name)
            default: break
            }
        }
        return false
    }

    private static func isFollowedByColon(_ bytes: [UInt8], _ index: Int) -> Bool {
        bytes.dropFirst(index).first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: ":")
    }

    /// A string without its escapes. Names that a Swift dictionary takes for one are one: letters that can be written in two ways.
    private static func spelledOut(_ literal: [UInt8]) -> String {
        let text = String(decoding: literal, as: UTF8.self)
        guard literal.contains(Byte.backslash) else { return text }
        do {
            return try decode(String.self, from: [Byte.quote] + literal + [Byte.quote])
        } catch {
            // No text of JSON: whoever reads the document says so.
            return text
        }
    }
}
