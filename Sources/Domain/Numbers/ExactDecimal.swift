// An exact decimal number of any length, kept as text. It only carries values between a file, an API and PostgreSQL's
// `numeric`, which does all the sums: so nothing is ever rounded on the way.

/// An exact decimal of any length. Equal numbers are equal values: `1.50`, `+1.5` and `15e-1` are all `1.5`.
package struct ExactDecimal: Hashable, Sendable {
    /// The canonical text: an optional `-`, an integer part without superfluous zeros, and a fraction only where there is
    /// one. No exponent, no `+`, never `-0`. JSON and PostgreSQL's `numeric` read it as it is.
    package let text: String

    init(canonical text: String) {
        self.text = text
    }

    package init(_ value: Int) {
        text = String(value)
    }

    package var isZero: Bool { text == "0" }

    package var isNegative: Bool { text.utf8.first == Byte.minus }

    /// The number times 10^`places`, exactly: 2.54 % is `2.54` moved by -2.
    ///
    /// - Parameter places: at most 1,000 either way, as for exponents.
    package func movingPoint(by places: Int) -> ExactDecimal {
        precondition(abs(places) <= Self.largestExponent, "the decimal point moves by at most \(Self.largestExponent) places")
        var digits: [UInt8] = []
        var point: Int?
        for byte in text.utf8 where byte != Byte.minus {
            if byte == Byte.point { point = digits.count } else { digits.append(byte) }
        }
        return ExactDecimal(negative: isNegative, digits: digits, point: (point ?? digits.count) + places)
    }
}

extension ExactDecimal: CustomStringConvertible {
    package var description: String { text }
}

extension ExactDecimal: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int) {
        self.init(value)
    }
}

extension ExactDecimal: Comparable {
    package static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
        switch (left.isNegative, right.isNegative) {
        case (true, false): true
        case (false, true): false
        case (false, false): left.hasSmallerMagnitude(than: right)
        case (true, true): right.hasSmallerMagnitude(than: left)
        }
    }

    /// Canonical texts of the same sign with integer parts of one length compare like words.
    private func hasSmallerMagnitude(than other: ExactDecimal) -> Bool {
        let mine = text.utf8.prefix { $0 != Byte.point }.count
        let others = other.text.utf8.prefix { $0 != Byte.point }.count
        return mine == others ? text.utf8.lexicographicallyPrecedes(other.text.utf8) : mine < others
    }
}
