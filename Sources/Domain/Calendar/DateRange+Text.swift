// Reading ranges of days from a question.

/// Why something is no range of days.
package enum RangeError: Error, Sendable, Hashable {
    case unknown(String)
    case notADay(String)
    case upsideDown(Day, Day)
    case tooLong(days: Int)
}

extension RangeError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknown(let text):
            "\(text.quoted) is no range of days: give a number of days such as 28d, one of day, week, month, quarter, year, all, or two days"
        case .notADay(let text): "\(text.quoted) is no day: give YYYY-MM-DD, a day that the calendar has"
        case .upsideDown(let from, let to): "the range ends on \(to), before it begins on \(from): give the earlier day first"
        case .tooLong(let days): "the range has \(days) days, and at most \(DateRange.longest) are answered: ask for less"
        }
    }
}

extension DateRange {
    /// Reads `28d`, a period of the calendar, or `all`.
    package init(_ text: String) throws(RangeError) {
        if text == "all" {
            self = .all
        } else if let calendar = Calendar(rawValue: text) {
            self = .current(calendar)
        } else if text.hasSuffix("d"), text.utf8.dropLast().allSatisfy(Byte.digits.contains), let days = Int(text.dropLast()), days > 0 {
            guard days <= Self.longest else { throw .tooLong(days: days) }
            self = .last(days: days)
        } else {
            throw .unknown(text)
        }
    }
}

extension ClosedRange<Day> {
    /// Reads two days as `YYYY-MM-DD`.
    package init(from: String, to: String) throws(RangeError) {
        guard let lower = Day(iso: from) else { throw .notADay(from) }
        guard let upper = Day(iso: to) else { throw .notADay(to) }
        guard lower <= upper else { throw .upsideDown(lower, upper) }
        self = lower...upper
        guard length <= DateRange.longest else { throw .tooLong(days: length) }
    }
}
