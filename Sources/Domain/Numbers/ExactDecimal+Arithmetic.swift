// The little arithmetic that answers need beside PostgreSQL's: sums and differences, exact, and quotients of 12 significant digits.
//
// Schoolbook arithmetic on digits: numbers have any length, and an answer needs a handful of these.

extension ExactDecimal {
    /// How many significant digits a quotient keeps. The last one is rounded, halves away from zero, as PostgreSQL's `numeric` does it.
    package static let quotientDigits = 12

    package static func + (left: ExactDecimal, right: ExactDecimal) -> ExactDecimal {
        let (a, b, point) = aligned(left.digits, right.digits)
        if left.isNegative == right.isNegative { return ExactDecimal(left.isNegative, sum(a, b), point: point + 1) }
        if a.lexicographicallyPrecedes(b) { return ExactDecimal(right.isNegative, difference(b, a), point: point) }
        return ExactDecimal(left.isNegative, difference(a, b), point: point)
    }

    package static prefix func - (number: ExactDecimal) -> ExactDecimal {
        ExactDecimal(!number.isNegative, number.digits.all, point: number.digits.point)
    }

    package static func - (left: ExactDecimal, right: ExactDecimal) -> ExactDecimal { left + -right }

    /// The sum of many. Those of up to 17 digits, which is nearly all, are added as machine numbers of one scale each.
    package static func sum(of numbers: [ExactDecimal]) -> ExactDecimal {
        var byScale = [Int](repeating: 0, count: Self.machineDigits + 1)
        var rest: ExactDecimal = 0
        for number in numbers {
            guard let (value, scale) = number.machineNumber, case (let sum, false) = byScale[scale].addingReportingOverflow(value) else {
                rest = rest + number
                continue
            }
            byScale[scale] = sum
        }
        return byScale.enumerated().reduce(rest) { sum, part in
            part.element == 0 ? sum : sum + ExactDecimal(part.element).movingPoint(by: -part.offset)
        }
    }

    private static let machineDigits = 17

    /// All of its digits as a number, and how many of them stand behind the point; nil when there are too many.
    private var machineNumber: (value: Int, scale: Int)? {
        guard text.utf8.count <= Self.machineDigits else { return nil }
        var (value, scale) = (0, 0)
        var isBehindPoint = false
        for byte in text.utf8 where byte != Byte.minus {
            if byte == Byte.point {
                isBehindPoint = true
            } else {
                value = value * 10 + Int(byte - Byte.zero)
                if isBehindPoint { scale += 1 }
            }
        }
        return (isNegative ? -value : value, scale)
    }

    /// The quotient, rounded to `quotientDigits` significant digits; nil by zero.
    package func divided(by divisor: ExactDecimal) -> ExactDecimal? {
        guard !divisor.isZero else { return nil }
        guard !isZero else { return 0 }
        let (a, b) = (digits, divisor.digits)
        let divisorDigits = Array(b.all.drop { $0 == 0 })
        var quotient: [UInt8] = []
        var rest: [UInt8] = []
        var significant = 0
        // A digit more than is kept: it says how to round.
        while significant <= Self.quotientDigits {
            let next = quotient.count < a.all.count ? a.all[quotient.count] : 0
            if !rest.isEmpty || next != 0 { rest.append(next) }
            var digit: UInt8 = 0
            while !Self.isSmaller(rest, than: divisorDigits) {
                let subtrahend = [UInt8](repeating: 0, count: rest.count - divisorDigits.count) + divisorDigits
                rest = Array(Self.difference(rest, subtrahend).drop { $0 == 0 })
                digit += 1
            }
            quotient.append(digit)
            if significant > 0 || digit > 0 { significant += 1 }
        }
        let isRoundedUp = quotient.removeLast() >= 5
        let unit = [UInt8](repeating: 0, count: quotient.count - 1) + [isRoundedUp ? 1 : 0]
        return ExactDecimal(isNegative != divisor.isNegative, Self.sum(quotient, unit), point: a.point + b.all.count - b.point + 1)
    }

    /// Its digits as numbers from 0 to 9, and how many of them stand before the decimal point.
    private var digits: (all: [UInt8], point: Int) {
        var all: [UInt8] = []
        var point: Int?
        for byte in text.utf8 where byte != Byte.minus {
            if byte == Byte.point { point = all.count } else { all.append(byte - Byte.zero) }
        }
        return (all, point ?? all.count)
    }

    private init(_ isNegative: Bool, _ digits: [UInt8], point: Int) {
        self.init(negative: isNegative, digits: digits.map { $0 + Byte.zero }, point: point)
    }

    /// Both with as many digits before and behind the point as either has.
    private static func aligned(_ a: (all: [UInt8], point: Int), _ b: (all: [UInt8], point: Int)) -> ([UInt8], [UInt8], point: Int) {
        let point = max(a.point, b.point)
        let fraction = max(a.all.count - a.point, b.all.count - b.point)
        func padded(_ number: (all: [UInt8], point: Int)) -> [UInt8] {
            [UInt8](repeating: 0, count: point - number.point) + number.all
                + [UInt8](repeating: 0, count: fraction - (number.all.count - number.point))
        }
        return (padded(a), padded(b), point)
    }

    /// Of two of the same length, one digit longer than they are.
    private static func sum(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: a.count + 1)
        var carry: UInt8 = 0
        for index in a.indices.reversed() {
            let digit = a[index] + b[index] + carry
            result[index + 1] = digit % 10
            carry = digit / 10
        }
        result[0] = carry
        return result
    }

    /// Of two of the same length, the first not smaller.
    private static func difference(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] {
        var result = a
        var borrow: UInt8 = 0
        for index in a.indices.reversed() {
            let taken = b[index] + borrow
            borrow = a[index] < taken ? 1 : 0
            result[index] = a[index] + 10 * borrow - taken
        }
        return result
    }

    /// Of two without zeros in front.
    private static func isSmaller(_ a: [UInt8], than b: [UInt8]) -> Bool {
        a.count == b.count ? a.lexicographicallyPrecedes(b) : a.count < b.count
    }
}
