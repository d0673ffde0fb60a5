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
