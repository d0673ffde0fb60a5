// JSON values for output. Foundation's encoder can neither write a decimal of any length exactly nor keep the order of keys.

/// A JSON value. Objects keep the order of their keys; numbers are exact.
package enum JSON: Hashable, Sendable {
    case object([Member])
    case array([JSON])
    case string(String)
    case number(ExactDecimal)
    case integer(Int)
    case bool(Bool)
    case null
    /// JSON that is written already, on one line: what makes thousands of small values of one shape writes them itself.
    case encoded([UInt8])

    /// One key of an object and its value. Keys are written as they come: whoever builds an object keeps them apart.
    package struct Member: Hashable, Sendable {
        package let key: String
        package let value: JSON

        package init(_ key: String, _ value: JSON) {
            self.key = key
            self.value = value
        }
    }
}

extension JSON: CustomStringConvertible {
    /// The compact text.
    package var description: String { String(decoding: encoded(), as: UTF8.self) }
}

extension JSON {
    /// The text, or null.
    package static func optional(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }

    /// The number, or null.
    package static func optional(_ number: ExactDecimal?) -> JSON { number.map { .number($0) } ?? .null }
}

extension JSON {
    /// A member of an object; nil where there is none, or this is no object.
    package subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// The text of a string.
    package var text: String? {
        if case .string(let text) = self { text } else { nil }
    }
}
