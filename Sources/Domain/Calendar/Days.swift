// A range of days, and how it is cut into intervals.

/// From a day to a day, both included.
package typealias Days = ClosedRange<Day>

extension ClosedRange<Day> {
    /// How many days: at least 1.
    package var length: Int { lowerBound.distance(to: upperBound) + 1 }

    /// The range moved by whole days; nil outside of the years 1…9999.
    package func moved(by days: Int) -> Days? {
        guard let lower = lowerBound.adding(days: days), let upper = upperBound.adding(days: days) else { return nil }
        return lower...upper
    }

    /// The range cut where intervals begin: the first and the last piece may be shorter than their interval.
    package func cut(by interval: Interval) -> [Days] {
        var pieces: [Days] = []
        var start = lowerBound
        while start <= upperBound {
            let end = Swift.min(interval.end(around: start), upperBound)
            pieces.append(start...end)
            guard let next = end.adding(days: 1) else { break }
            start = next
        }
        return pieces
    }
}

/// What a series is cut into.
package enum Interval: String, Sendable, CaseIterable {
    case day
    /// From Monday to Sunday, as ISO 8601 has it.
    case week
    case month
    case year

    /// The first day of the interval that the day lies in; the calendar's first day at the least.
    package func start(around day: Day) -> Day {
        switch self {
        case .day: day
        case .week: day.adding(days: 1 - day.weekday) ?? Day(clamping: 1, 1, 1)
        case .month: Day(clamping: day.year, day.month, 1)
        case .year: Day(clamping: day.year, 1, 1)
        }
    }

    /// Whether the days are all of one interval.
    package func isWhole(_ days: Days) -> Bool { start(around: days.lowerBound)...end(around: days.lowerBound) == days }

    /// The last day of the interval that the day lies in; the calendar's last day at the most.
    package func end(around day: Day) -> Day {
        switch self {
        case .day: day
        case .week: day.adding(days: 7 - day.weekday) ?? Day(clamping: 9999, 12, 31)
        case .month: Day(clamping: day.year, day.month, 31)
        case .year: Day(clamping: day.year, 12, 31)
        }
    }
}

extension Day {
    /// The day of that month, or the month's last one if the month is shorter. Years outside of 1…9999 become the nearest.
    package init(clamping year: Int, _ month: Int, _ day: Int) {
        let year = min(max(year, 1), 9999)
        let day = min(max(day, 1), Day.length(ofMonth: month, year: year))
        guard let found = Day(year: year, month: month, day: day) else { preconditionFailure("there is no month \(month)") }
        self = found
    }

    /// The same day so many months later or earlier, or the last of that month if it is shorter. Ends at the calendar's ends.
    package func adding(months: Int) -> Day {
        let count = year * 12 + month - 1 + months
        return Day(clamping: count / 12, count % 12 + 1, day)
    }
}
