// A moment in time as RFC 3339 writes it: what was known then.

/// A moment, to the microsecond, as text that PostgreSQL reads. Only its form is looked at here: that the day exists is checked too.
package struct Moment: Hashable, Sendable {
    /// `2026-02-01T00:00:00.123456Z`, or with an offset such as `+01:00`.
    package let text: String

    /// Nil unless it is a date, `T`, a time with seconds and an offset or `Z` (RFC 3339, 5.6; a space in place of the T is not taken).
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, Day(iso: String(decoding: bytes[..<10], as: UTF8.self)) != nil, bytes[10] == UInt8(ascii: "T") else {
            return nil
        }
        guard let hour = Self.number(bytes, at: 11, followedBy: ":"), hour < 24, let minute = Self.number(bytes, at: 14, followedBy: ":"),
            minute < 60, let second = Self.number(bytes, at: 17, followedBy: nil), second < 60
        else { return nil }
        var rest = bytes[19...]
        if rest.first == Byte.point {
            let fraction = rest.dropFirst().prefix { Byte.digits.contains($0) }
            guard (1...6).contains(fraction.count) else { return nil }
            rest = rest[fraction.endIndex...]
        }
        guard Self.isOffset(Array(rest)) else { return nil }
        self.text = text
    }

    private static func isOffset(_ bytes: [UInt8]) -> Bool {
        if bytes == [UInt8(ascii: "Z")] { return true }
        guard bytes.count == 6, bytes[0] == Byte.plus || bytes[0] == Byte.minus else { return false }
        guard let hours = number(bytes, at: 1, followedBy: ":"), let minutes = number(bytes, at: 4, followedBy: nil) else { return false }
        return hours < 16 && minutes < 60
    }

    private static func number(_ bytes: [UInt8], at index: Int, followedBy separator: Unicode.Scalar?) -> Int? {
        guard bytes.count >= index + 2, Byte.digits.contains(bytes[index]), Byte.digits.contains(bytes[index + 1]) else { return nil }
        if let separator {
            guard bytes.count > index + 2, bytes[index + 2] == UInt8(ascii: separator) else { return nil }
        }
        return Int(bytes[index] - Byte.zero) * 10 + Int(bytes[index + 1] - Byte.zero)
    }
}

extension Moment {
    /// - Parameter seconds: since 1970-01-01T00:00:00Z, up to the year 9999.
    package init(seconds: Int) {
        let (day, second) = seconds.quotientAndRemainder(dividingBy: 86_400)
        let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        let date = Day(daysSince1970: day)?.description ?? "9999-12-31"
        text = "\(date)T\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))Z"
    }

    /// Since 1970-01-01T00:00:00Z.
    package var microseconds: Int {
        let bytes = Array(text.utf8)
        let number = { (index: Int) in Self.number(bytes, at: index, followedBy: nil) ?? 0 }
        let day = Day(iso: String(decoding: bytes[..<10], as: UTF8.self))?.daysSince1970 ?? 0
        var seconds = ((day * 24 + number(11)) * 60 + number(14)) * 60 + number(17)
        let fraction = bytes[19] == Byte.point ? bytes[20...].prefix { Byte.digits.contains($0) } : []
        let micros = (Array(fraction) + Array(repeating: Byte.zero, count: 6 - fraction.count)).reduce(0) { $0 * 10 + Int($1 - Byte.zero) }
        if bytes.last != UInt8(ascii: "Z") {
            let offset = (number(bytes.count - 5) * 60 + number(bytes.count - 2)) * 60
            seconds -= bytes[bytes.count - 6] == Byte.minus ? -offset : offset
        }
        return seconds * 1_000_000 + micros
    }
}

extension Moment: Comparable {
    package static func < (left: Moment, right: Moment) -> Bool { left.microseconds < right.microseconds }
}

extension Moment: CustomStringConvertible {
    package var description: String { text }
}
