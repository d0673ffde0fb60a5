// What a column can be read as and a parameter be made of. All values travel as PostgreSQL's text.

/// A type that reads the text of a value. Types with a lossless text of their own get it by saying so:
/// `extension Day: PostgresReadable {}`. A `numeric` is read as such a type or as `String`: no binary floating point on the way.
package protocol PostgresReadable {
    init?(postgresText: String)
}

/// A type that is bound as a parameter. Its description is its text, unless it says otherwise.
package protocol PostgresWritable {
    var postgresText: String { get }
}

extension PostgresWritable where Self: CustomStringConvertible {
    package var postgresText: String { description }
}

extension PostgresReadable where Self: LosslessStringConvertible {
    package init?(postgresText: String) { self.init(postgresText) }
}

extension String: PostgresReadable, PostgresWritable {}
extension Int: PostgresReadable, PostgresWritable {}
extension Int32: PostgresReadable, PostgresWritable {}
extension Int64: PostgresReadable, PostgresWritable {}

extension Bool: PostgresReadable, PostgresWritable {
    package init?(postgresText: String) {
        switch postgresText {
        case "t": self = true
        case "f": self = false
        default: return nil
        }
    }
}

extension Array: PostgresReadable where Element: PostgresReadable {
    /// A one-dimensional array without NULLs.
    package init?(postgresText: String) {
        guard let elements = ArrayText.decode(postgresText) else { return nil }
        self = []
        reserveCapacity(elements.count)
        for element in elements {
            guard let text = element, let value = Element(postgresText: text) else { return nil }
            append(value)
        }
    }
}
