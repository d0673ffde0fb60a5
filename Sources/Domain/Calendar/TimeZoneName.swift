// A time zone by its name: whose "today" is meant.

/// The name of a time zone, such as `Europe/Berlin`. Only its form is looked at: PostgreSQL knows which there are.
package struct TimeZoneName: Hashable, Sendable {
    package static let utc = TimeZoneName()

    package let text: String

    private init() {
        text = "UTC"
    }

    /// Nil for what can be no name of the zone database. What looks like a POSIX rule (`EST5EDT,M3.2.0`) is none: PostgreSQL would take
    /// almost any of these.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let isRegion = parts.count > 1 && parts.count < 4
        guard text == "UTC" || text == "GMT" || isRegion, text.utf8.count < 64 else { return nil }
        guard parts.allSatisfy({ $0.utf8.first.map { Byte.upperCase.contains($0) || Byte.lowerCase.contains($0) } ?? false }) else {
            return nil
        }
        guard text.utf8.allSatisfy({ Byte.isWordByte($0) || [Byte.minus, Byte.plus, UInt8(ascii: "/")].contains($0) }) else { return nil }
        // `Europe/Berlin+3` is a rule of somebody's own. Only these zones have numbers.
        let hasNumbers = text.utf8.contains { Byte.digits.contains($0) || $0 == Byte.plus }
        guard !hasNumbers || text.hasPrefix("Etc/GMT") else { return nil }
        self.text = text
    }
}

extension TimeZoneName: CustomStringConvertible {
    package var description: String { text }
}
