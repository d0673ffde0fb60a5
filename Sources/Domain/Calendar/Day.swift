// A calendar day without a time or a zone: what a metric's value belongs to. The day's zone is the provider's business.

/// A day of the proleptic Gregorian calendar, in the years 1…9999.
package struct Day: Hashable, Sendable {
    /// Days since 1970-01-01; negative before it. PostgreSQL's binary dates count from 2000-01-01, which is day 10957.
    package var daysSince1970: Int { Int(number) }

    private let number: Int32

    /// Nil outside of the years 1…9999.
    package init?(daysSince1970 number: Int) {
        guard (Self.firstNumber...Self.lastNumber).contains(number) else { return nil }
        self.number = Int32(number)
    }

    /// Nil if the calendar has no such day (30 February, month 13), or outside of the years 1…9999.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= Self.length(ofMonth: month, year: year) else {
            return nil
        }
        number = Int32(Self.number(year: year, month: month, day: day))
    }

    /// The day `days` later (or earlier); nil outside of the years 1…9999.
    package func adding(days: Int) -> Day? {
        let (sum, overflow) = daysSince1970.addingReportingOverflow(days)
        return overflow ? nil : Day(daysSince1970: sum)
    }

    /// 1 for Monday … 7 for Sunday, as ISO 8601 counts. 1970-01-01 was a Thursday.
    package var weekday: Int {
        let sinceMonday = (daysSince1970 + 3) % 7
        return (sinceMonday < 0 ? sinceMonday + 7 : sinceMonday) + 1
    }
}

extension Day: Comparable {
    package static func < (left: Day, right: Day) -> Bool { left.number < right.number }
}

extension Day: Strideable {
    package func distance(to other: Day) -> Int { other.daysSince1970 - daysSince1970 }

    /// For ranges and loops over days that exist. For a number of days that somebody typed, use `adding(days:)`.
    ///
    /// - Precondition: the day lies in the years 1…9999.
    package func advanced(by days: Int) -> Day {
        guard let day = adding(days: days) else {
            preconditionFailure("\(days) days after \(self) lie outside of the years 1…9999")
        }
        return day
    }
}
