// The ASCII bytes that numbers, days, names and JSON are written with.

enum Byte {
    static let quote = UInt8(ascii: "\"")
    static let plus = UInt8(ascii: "+")
    static let minus = UInt8(ascii: "-")
    static let point = UInt8(ascii: ".")
    static let zero = UInt8(ascii: "0")
    static let backslash = UInt8(ascii: "\\")
    static let underscore = UInt8(ascii: "_")
    static let lowerE = UInt8(ascii: "e")
    static let upperE = UInt8(ascii: "E")

    static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    static let lowerCase = UInt8(ascii: "a")...UInt8(ascii: "z")
    static let upperCase = UInt8(ascii: "A")...UInt8(ascii: "Z")

    static func isHexadecimal(_ byte: UInt8) -> Bool {
        digits.contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte)
    }

    static func isWordByte(_ byte: UInt8) -> Bool {
        lowerCase.contains(byte) || upperCase.contains(byte) || digits.contains(byte) || byte == underscore
    }
}
