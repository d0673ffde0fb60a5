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

    package var description: String {
        switch self {
        case .syntax: "this is no JSON (RFC 8259): look for a missing quote, comma or bracket"
        case .longNumber: "a number has more than 38 digits, or lies beyond 10^100: give it as a string"
        }
    }
}

extension JSON {
    /// Reads a document. The order of an object's keys is lost, and a number of more than 38 digits is refused.
    package init(reading bytes: [UInt8]) throws(JSONError) {
        guard !Self.holdsLongNumber(bytes) else { throw .longNumber }
        do {
            self = try JSONDecoder().decode(JSON.self, from: Data(bytes))
        } catch {
            throw .syntax
        }
    }

    /// Foundation's decoder rounds what its decimals can't hold, and does not say so.
    private static func holdsLongNumber(_ bytes: [UInt8]) -> Bool {
        var (inString, isEscaped, inExponent) = (false, false, false)
        var (digits, exponent) = (0, 0)
        for byte in bytes {
            if inString {
                if byte == Byte.quote, !isEscaped { inString = false }
                isEscaped = byte == Byte.backslash && !isEscaped
            } else if Byte.digits.contains(byte) {
                if inExponent { exponent = min(exponent * 10 + Int(byte - Byte.zero), 10_000) } else { digits += 1 }
                if digits > 38 || exponent > 100 { return true }
            } else if digits > 0, byte == Byte.lowerE || byte == Byte.upperE {
                inExponent = true
            } else if byte != Byte.point, !(inExponent && (byte == Byte.plus || byte == Byte.minus)) {
                (inExponent, digits, exponent) = (false, 0, 0)
                inString = byte == Byte.quote
            }
        }
        return false
    }
}

extension JSON: Decodable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        // What a value is, a decoder tells only by trying.
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode(Decimal.self), let number = ExactDecimal(value.description) {
            self = .number(number)
        } else if let values = try? container.decode([JSON].self) {
            self = .array(values)
        } else {
            let members = try container.decode([String: JSON].self)
            self = .object(members.sorted { $0.key < $1.key }.map { Member($0.key, $0.value) })
        }
    }
}
