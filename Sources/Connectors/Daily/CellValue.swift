// What a cell of a metric's column says: a number, nothing, or something that it shouldn't.

import Domain

/// A metric's cell.
enum CellValue {
    case number(ExactDecimal)
    /// A number with a percent sign, as the fraction that it is: `2.54%` is 0.0254.
    case percent(ExactDecimal)
    /// No value: never a zero.
    case missing
    case notANumber

    /// Longer than any number that a platform writes: text, or an attempt on PostgreSQL's limits.
    private static let longest = 1000

    /// Reads digits with an optional sign, decimals after a point, strictly grouped thousands (`1,234,567.8`) and percents. Exponents are
    /// refused: spreadsheets write them where they have rounded.
    init(_ cell: Span<UInt8>) {
        guard !Self.isMissing(cell) else {
            self = .missing
            return
        }
        guard cell.count <= Self.longest else {
            self = .notANumber
            return
        }
        let isPercent = cell[cell.count - 1] == UInt8(ascii: "%")
        guard let number = Self.number(isPercent ? cell.extracting(..<(cell.count - 1)) : cell) else {
            self = .notANumber
            return
        }
        self = isPercent ? .percent(number.movingPoint(by: -2)) : .number(number)
    }

    private static func number(_ cell: Span<UInt8>) -> ExactDecimal? {
        var hasCommas = false
        for index in 0..<cell.count {
            switch cell[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"): break
            case UInt8(ascii: ","): hasCommas = true
            default: return nil
            }
        }
        if !hasCommas { return ExactDecimal(utf8: cell) }
        guard let digits = withoutThousands(cell) else { return nil }
        return ExactDecimal(utf8: digits.span)
    }

    /// `1.234` or `1,234`: with thousands in one country, with decimals in another.
    static func canBeReadTwoWays(_ cell: Span<UInt8>) -> Bool {
        var (mark, digits) = (-1, 0)
        for index in 0..<cell.count {
            switch cell[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: "."), UInt8(ascii: ","):
                guard mark < 0 else { return false }
                mark = digits
            case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "%"): continue
            default: return false
            }
        }
        let isZeroFirst = mark == 1 && (cell[0] == UInt8(ascii: "0") || cell.count > 1 && cell[1] == UInt8(ascii: "0"))
        return (1...3).contains(mark) && digits - mark == 3 && !isZeroFirst
    }

    /// One to three digits, then groups of exactly three. A leading zero (`0,123`) speaks of a decimal comma: nil.
    private static func withoutThousands(_ cell: Span<UInt8>) -> [UInt8]? {
        var kept: [UInt8] = []
        var group = 0
        var groups = 0
        var index = 0
        while index < cell.count, cell[index] != UInt8(ascii: ".") {
            let byte = cell[index]
            index += 1
            if byte == UInt8(ascii: ",") {
                guard groups == 0 ? (1...3).contains(group) : group == 3 else { return nil }
                groups += 1
                group = 0
                continue
            }
            kept.append(byte)
            if byte >= UInt8(ascii: "0") { group += 1 }
            if groups == 0, group == 1, byte == UInt8(ascii: "0") { return nil }
        }
        guard groups > 0, group == 3 else { return nil }
        while index < cell.count {
            guard cell[index] != UInt8(ascii: ",") else { return nil }
            kept.append(cell[index])
            index += 1
        }
        return kept
    }

    /// Empty, `-`, `NaN`, `N/A` and `null`, in any case.
    private static func isMissing(_ cell: Span<UInt8>) -> Bool {
        switch cell.count {
        case 0: true
        case 1: cell[0] == UInt8(ascii: "-")
        case 3: matches(cell, nan) || matches(cell, notAvailable)
        case 4: matches(cell, null)
        default: false
        }
    }

    private static let nan = Array("nan".utf8)
    private static let notAvailable = Array("n/a".utf8)
    private static let null = Array("null".utf8)

    private static func matches(_ cell: Span<UInt8>, _ word: [UInt8]) -> Bool {
        for index in 0..<cell.count {
            // Upper to lower case; a slash has that bit set already.
            guard cell[index] | 0x20 == word[index] else { return false }
        }
        return true
    }
}
