// JSON that somebody sends. Foundation's decoder reads it; numbers are kept as decimals.

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The bytes are no JSON.
package struct JSONError: Error, Sendable, CustomStringConvertible {
    package var description: String { "this is no JSON (RFC 8259): look for a missing quote, comma or bracket" }
}

extension JSON {
    /// Reads a document. The order of an object's keys is lost, and numbers keep 38 significant digits: where more count, take a string.
    package init(reading bytes: [UInt8]) throws(JSONError) {
        do {
            self = try JSONDecoder().decode(JSON.self, from: Data(bytes))
        } catch {
            throw JSONError()
        }
    }
}

extension JSON: Decodable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
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
