// Numbers as they are written here and elsewhere: which of point and comma separates the decimals.

import Domain

/// What separates a number's decimals; the other one may separate its thousands.
package enum DecimalMark: String, Sendable, CaseIterable {
    case point
    case comma

    fileprivate var byte: UInt8 { self == .point ? UInt8(ascii: ".") : UInt8(ascii: ",") }
    fileprivate var thousands: UInt8 { self == .point ? UInt8(ascii: ",") : UInt8(ascii: ".") }
}

/// A number with each of the readings that it has. `1,5` has one, `1.5` another, `1.234` both, and they differ.
struct NumberReading {
    /// Nil where a point can't be what separates the decimals.
    let point: ExactDecimal?
    let comma: ExactDecimal?

    /// Nil if it has no reading at all.
    init?(_ cell: Span<UInt8>) {
        var (hasMarks, hasSpaces) = (false, false)
        for index in 0..<cell.count {
            switch cell[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"): break
            case UInt8(ascii: "."), UInt8(ascii: ","): hasMarks = true
            case Self.space, 0x80...: hasSpaces = true
            default: return nil
            }
        }
        if hasSpaces {
            guard let plain = Self.withPlainSpaces(cell) else { return nil }
            (point, comma) = (Self.number(plain.span, .point), Self.number(plain.span, .comma))
        } else if hasMarks {
            (point, comma) = (Self.number(cell, .point), Self.number(cell, .comma))
        } else {
            point = ExactDecimal(utf8: cell)
            comma = point
        }
        if point == nil, comma == nil { return nil }
    }

    private init(point: ExactDecimal?, comma: ExactDecimal?) {
        (self.point, self.comma) = (point, comma)
    }

    func map(_ other: (ExactDecimal) -> ExactDecimal) -> NumberReading { NumberReading(point: point.map(other), comma: comma.map(other)) }

    subscript(mark: DecimalMark) -> ExactDecimal? { mark == .point ? point : comma }

    var isZero: Bool { (point ?? comma)?.isZero == true }

    /// The one mark with which it can be read; nil where both can.
    var only: DecimalMark? { comma == nil ? .point : point == nil ? .comma : nil }

    private static let space = UInt8(ascii: " ")

    /// The bytes with each space that doesn't break as a plain one; nil if there is anything else beyond ASCII.
    private static func withPlainSpaces(_ cell: Span<UInt8>) -> [UInt8]? {
        var plain: [UInt8] = []
        var index = 0
        while index < cell.count {
            let length = CellValue.lengthOfSpace(cell, at: index)
            guard length > 0 || cell[index] < 0x80 else { return nil }
            plain.append(length > 0 ? space : cell[index])
            index += max(length, 1)
        }
        return plain
    }

    /// One to three digits, then groups of exactly three, up to the decimal mark, with one kind of mark or space between them. A leading
    /// zero (`0,123`) has no thousands after it.
    private static func number(_ cell: Span<UInt8>, _ mark: DecimalMark) -> ExactDecimal? {
        var plain: [UInt8] = []
        var (digits, groups) = (0, 0)
        var isFraction = false
        var separator: UInt8?
        for index in 0..<cell.count {
            let byte = cell[index]
            switch byte {
            case mark.byte:
                guard !isFraction, groups == 0 || digits == 3 else { return nil }
                isFraction = true
                plain.append(UInt8(ascii: "."))
            case mark.thousands, space:
                guard !isFraction, separator == nil || separator == byte, groups == 0 ? (1...3).contains(digits) : digits == 3 else {
                    return nil
                }
                if groups == 0, plain[plain.count - digits] == UInt8(ascii: "0") { return nil }
                (groups, digits, separator) = (groups + 1, 0, byte)
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                plain.append(byte)
                digits += isFraction ? 0 : 1
            default: plain.append(byte)
            }
        }
        guard groups == 0 || digits == 3 else { return nil }
        return ExactDecimal(utf8: plain.span)
    }
}
