// JSON that somebody sends. Foundation's decoder reads it; numbers are kept as decimals.

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Why bytes can't be read as JSON.
package enum JSONError: Error, Sendable, CustomStringConvertible {
    case syntax
    /// It would be rounded.
    case longNumber
    /// Each value costs by its depth.
    case tooDeep

    package var description: String {
        switch self {
        case .syntax: "this is no JSON (RFC 8259): look for a missing quote, comma or bracket"
        case .tooDeep: "objects and arrays stand more than \(JSON.deepest) deep in each other"
        case .longNumber: "a number has more than 38 digits, or lies beyond 10^100: give it as a string"
        }
    }
}

extension JSON {
    /// Reads a document. The order of an object's keys is lost, and a number of more than 38 digits is refused.
    package init(reading bytes: [UInt8]) throws(JSONError) {
        self = try Self.decode(JSON.self, from: bytes)
    }

    /// A document of a known shape: what has not that shape is no such document.
    package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws(JSONError) -> Value {
        try check(bytes)
        do { return try JSONDecoder().decode(type, from: Data(bytes)) } catch { throw .syntax }
    }

    /// How deep objects and arrays may stand in each other.
    static let deepest = 64

    /// Foundation's decoder rounds what its decimals can't hold, and does not say so; it takes minutes for a deep document; it reads
    /// UTF-16 too, where digits could not be counted; and it takes a comma behind the last element, which RFC 8259 does not.
    private static func check(_ bytes: [UInt8]) throws(JSONError) {
        var (inString, isEscaped, inExponent) = (false, false, false)
        var (digits, exponent, depth) = (0, 0, 0)
        var isAfterComma = false
        for byte in bytes {
            if byte == 0 { throw .syntax }
            if !inString, ![0x20, 0x09, 0x0A, 0x0D].contains(byte) {
                if isAfterComma, byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") { throw .syntax }
                isAfterComma = byte == UInt8(ascii: ",")
            }
            if inString {
                if byte == Byte.quote, !isEscaped { inString = false }
                isEscaped = byte == Byte.backslash && !isEscaped
            } else if Byte.digits.contains(byte) {
                if inExponent { exponent = min(exponent * 10 + Int(byte - Byte.zero), 10_000) } else { digits += 1 }
                if digits > 38 || exponent > 100 { throw .longNumber }
            } else if digits > 0, byte == Byte.lowerE || byte == Byte.upperE {
                inExponent = true
            } else if byte != Byte.point, !(inExponent && (byte == Byte.plus || byte == Byte.minus)) {
                (inExponent, digits, exponent) = (false, 0, 0)
                inString = byte == Byte.quote
                if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { depth += 1 }
                if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") { depth -= 1 }
                if depth > deepest { throw .tooDeep }
            }
        }
    }
}

extension JSON: Decodable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        // What a value is, a decoder tells only by trying, and a failure is dear: what is most common comes first.
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode(Decimal.self), let number = ExactDecimal(value.description) {
            self = .number(number)
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let values = try? container.decode([JSON].self) {
            self = .array(values)
        } else {
            let members = try container.decode([String: JSON].self)
            self = .object(members.sorted { $0.key < $1.key }.map { Member($0.key, $0.value) })
        }
    }
}
