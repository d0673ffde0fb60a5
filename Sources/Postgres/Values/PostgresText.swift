// What a column can be read as and a parameter be made of. All values travel as PostgreSQL's text.

/// A type that reads the text of a value. Types with a lossless text of their own get it by saying so:
/// `extension Day: PostgresReadable {}`. A `numeric` is read as such a type or as `String`: no binary floating point on the way.
package protocol PostgresReadable {
    init?(postgresText: String)

    /// The same from UTF-8, as an element of an array: there are thousands in one. Whoever can read bytes does without a text.
    init?(postgresElement: Span<UInt8>)
}

extension PostgresReadable {
    package init?(postgresElement bytes: Span<UInt8>) {
        unsafe self.init(postgresText: bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) })
    }
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

extension Int: PostgresReadable, PostgresWritable {
    package init?(postgresElement bytes: Span<UInt8>) {
        let isNegative = bytes.count > 0 && bytes[0] == UInt8(ascii: "-")
        let digits = bytes.extracting((isNegative ? 1 : 0)...)
        guard !digits.isEmpty else { return nil }
        // Summed up below zero, where there is room for one more.
        var number = 0
        for index in digits.indices {
            let digit = digits[index] &- UInt8(ascii: "0")
            let (product, isTooLong) = number.multipliedReportingOverflow(by: 10)
            let (sum, isTooLarge) = product.subtractingReportingOverflow(Int(digit))
            guard digit < 10, !isTooLong, !isTooLarge else { return nil }
            number = sum
        }
        guard isNegative || number != .min else { return nil }
        self = isNegative ? number : -number
    }
}

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
        guard let values = ArrayText.values(postgresText, of: Element.self) else { return nil }
        self = values
    }
}
