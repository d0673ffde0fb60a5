// What a cell of a metric's column says: a number, nothing, or something that it shouldn't.

import Domain

/// A metric's cell.
enum CellValue {
    case number(NumberReading)
    /// A number with a percent sign, as the fraction that it is: `2.54%` is 0.0254.
    case percent(NumberReading)
    /// No value: never a zero.
    case missing
    case notANumber

    /// Longer than any number that a platform writes: text, or an attempt on PostgreSQL's limits.
    private static let longest = 1000

    /// Reads digits with an optional sign, decimals after a point or a comma, strictly grouped thousands (`1,234,567.8`, `1.234.567,8`) and
    /// percents. Exponents are refused: spreadsheets write them where they have rounded.
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
        guard let number = NumberReading(isPercent ? cell.extracting(..<Self.lengthBeforePercent(cell)) : cell) else {
            self = .notANumber
            return
        }
        self = isPercent ? .percent(number.map { $0.movingPoint(by: -2) }) : .number(number)
    }

    /// Of `2,54 %`, as German and French write it, the bytes of the number: the space may be one that doesn't break.
    private static func lengthBeforePercent(_ cell: Span<UInt8>) -> Int {
        let end = cell.count - 1
        return (1...3).reversed().first { end > $0 && lengthOfSpace(cell, at: end - $0) == $0 }.map { end - $0 } ?? end
    }

    /// How many bytes a space has there, be it one that doesn't break (U+00A0, U+202F); 0 where there is none.
    static func lengthOfSpace(_ cell: Span<UInt8>, at start: Int) -> Int {
        for space in [[0x20], [0xC2, 0xA0], [0xE2, 0x80, 0xAF]] as [[UInt8]] where start + space.count <= cell.count {
            if space.indices.allSatisfy({ cell[start + $0] == space[$0] }) { return space.count }
        }
        return 0
    }

    /// Empty, `-`, `--`, `NaN`, `N/A`, `null` and `undefined`, in any case.
    private static func isMissing(_ cell: Span<UInt8>) -> Bool {
        switch cell.count {
        case 0: true
        case 1: cell[0] == UInt8(ascii: "-")
        case 2: cell[0] == UInt8(ascii: "-") && cell[1] == UInt8(ascii: "-")
        case 3: matches(cell, nan) || matches(cell, notAvailable)
        case 4: matches(cell, null)
        case 9: matches(cell, undefined)
        default: false
        }
    }

    private static let nan = Array("nan".utf8)
    private static let notAvailable = Array("n/a".utf8)
    private static let null = Array("null".utf8)
    private static let undefined = Array("undefined".utf8)

    private static func matches(_ cell: Span<UInt8>, _ word: [UInt8]) -> Bool {
        for index in 0..<cell.count {
            // Upper to lower case; a slash has that bit set already.
            guard cell[index] | 0x20 == word[index] else { return false }
        }
        return true
    }
}
