// Reading decimals from text, byte by byte: files hold millions of them.

extension ExactDecimal {
    /// Exponents beyond this are refused, so that a few bytes of input (`1e999999999`) can't claim memory.
    package static let largestExponent = 1000

    /// Reads a number such as `12`, `-0.50`, `.5`, `+3.` or `1.5e-3`. Anything else, NaN and infinities among it, is nil.
    package init?(_ text: String) {
        var text = text
        guard let number = text.withUTF8({ ExactDecimal(utf8: $0.span) }) else { return nil }
        self = number
    }

    /// The same from bytes. Neither spaces nor thousands separators are part of a number here.
    package init?(utf8 bytes: Span<UInt8>) {
        var scanner = DigitScanner()
        let negative = scanner.skipSign(in: bytes)
        let integer = scanner.skipDigits(in: bytes)
        let fraction = scanner.skip(Byte.point, in: bytes) ? scanner.skipDigits(in: bytes) : scanner.position..<scanner.position
        guard !integer.isEmpty || !fraction.isEmpty else { return nil }

        var exponent = 0
        if scanner.skip(Byte.lowerE, in: bytes) || scanner.skip(Byte.upperE, in: bytes) {
            guard let read = scanner.exponent(upTo: Self.largestExponent, in: bytes) else { return nil }
            exponent = read
        }
        guard scanner.position == bytes.count else { return nil }

        if exponent == 0 {
            self.init(negative: negative, integer: bytes.extracting(integer), fraction: bytes.extracting(fraction))
        } else {
            var digits: [UInt8] = []
            digits.reserveCapacity(integer.count + fraction.count)
            for index in integer { digits.append(bytes[index]) }
            for index in fraction { digits.append(bytes[index]) }
            self.init(negative: negative, digits: digits, point: integer.count + exponent)
        }
    }

    /// A number from all of its digits; `point` says how many of them stand before the decimal point, and may lie outside of them.
    init(negative: Bool, digits: [UInt8], point: Int) {
        let padded =
            [UInt8](repeating: Byte.zero, count: max(0, -point)) + digits
            + [UInt8](repeating: Byte.zero, count: max(0, point - digits.count))
        let split = max(0, point)
        self.init(
            negative: negative,
            integer: padded.span.extracting(..<split),
            fraction: padded.span.extracting(split...)
        )
    }

    private init(negative: Bool, integer: Span<UInt8>, fraction: Span<UInt8>) {
        var first = 0
        while first < integer.count, integer[first] == Byte.zero { first += 1 }
        var end = fraction.count
        while end > 0, fraction[end - 1] == Byte.zero { end -= 1 }

        let isZero = first == integer.count && end == 0
        let capacity = 3 + (integer.count - first) + end
        text = String(unsafeUninitializedCapacity: capacity) { buffer in
            var count = 0
            func write(_ byte: UInt8) {
                buffer[count] = byte
                count += 1
            }
            if negative, !isZero { write(Byte.minus) }
            if first == integer.count { write(Byte.zero) }
            for index in first..<integer.count { write(integer[index]) }
            if end > 0 { write(Byte.point) }
            for index in 0..<end { write(fraction[index]) }
            return count
        }
    }
}

/// A position in the bytes of a number. (It can't hold the bytes: a span may not be stored yet without an experimental feature.)
private struct DigitScanner {
    private(set) var position = 0

    mutating func skip(_ byte: UInt8, in bytes: Span<UInt8>) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// Skips a sign, and tells whether it was a minus.
    mutating func skipSign(in bytes: Span<UInt8>) -> Bool {
        if skip(Byte.minus, in: bytes) { return true }
        _ = skip(Byte.plus, in: bytes)
        return false
    }

    mutating func skipDigits(in bytes: Span<UInt8>) -> Range<Int> {
        let start = position
        while position < bytes.count, Byte.digits.contains(bytes[position]) { position += 1 }
        return start..<position
    }

    /// What follows an `e`: nil if it is no number, or beyond ±`limit`.
    mutating func exponent(upTo limit: Int, in bytes: Span<UInt8>) -> Int? {
        let negative = skipSign(in: bytes)
        let digits = skipDigits(in: bytes)
        guard !digits.isEmpty else { return nil }
        var number = 0
        for index in digits {
            number = number * 10 + Int(bytes[index] - Byte.zero)
            if number > limit { return nil }
        }
        return negative ? -number : number
    }
}
