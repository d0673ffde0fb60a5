// Which days a question is about, in the words of the question: `28d`, `month`, or two days.

/// A range of days, some of them relative to today. All but two given days end yesterday: today is not over.
package enum DateRange: Hashable, Sendable {
    /// The last so many whole days.
    case last(days: Int)
    case current(Calendar)
    /// From the first point to yesterday.
    case all
    case days(Days)

    /// Periods of the calendar. One that has begun but has no whole day yet is the one before.
    package enum Calendar: String, Sendable, CaseIterable {
        case day, week, month, quarter, year
    }

    /// The longest that a range may be, 100 years.
    package static let longest = 36_525

    /// - Parameter first: the first day with a point, for `all`; nil if there is none.
    /// - Returns: nil where nothing is: `all` without a point before today, or a range before the calendar's beginning.
    package func resolved(today: Day, first: Day?) -> Days? {
        guard let yesterday = today.adding(days: -1) else { return nil }
        switch self {
        case .last(let days): return yesterday.adding(days: 1 - days).map { $0...yesterday }
        case .current(let calendar): return calendar.start(around: yesterday)...yesterday
        case .all: return first.flatMap { $0 <= yesterday ? $0...yesterday : nil }
        case .days(let days): return days
        }
    }
}

extension DateRange.Calendar {
    /// The first day of the period that the day lies in.
    package func start(around day: Day) -> Day {
        switch self {
        case .day: day
        case .week: Interval.week.start(around: day)
        case .month: Interval.month.start(around: day)
        case .quarter: Day(clamping: day.year, (day.month - 1) / 3 * 3 + 1, 1)
        case .year: Interval.year.start(around: day)
        }
    }

    /// Whether the days are all of one period or several.
    package func isWhole(_ days: Days) -> Bool {
        start(around: days.lowerBound) == days.lowerBound && (days.upperBound.adding(days: 1).map { start(around: $0) == $0 } ?? true)
    }

    /// The same day in the period before: the 31st becomes the last of a shorter month.
    fileprivate func before(_ day: Day) -> Day? {
        switch self {
        case .day: day.adding(days: -1)
        case .week: day.adding(days: -7)
        case .month: day.adding(months: -1)
        case .quarter: day.adding(months: -3)
        case .year: day.adding(months: -12)
        }
    }
}

extension DateRange: CustomStringConvertible {
    package var description: String {
        switch self {
        case .last(let days): "\(days)d"
        case .current(let calendar): calendar.rawValue
        case .all: "all"
        case .days(let days): "\(days.lowerBound),\(days.upperBound)"
        }
    }
}

/// What the days are compared with.
package enum Comparison: Hashable, Sendable {
    /// As many days just before. A period of the calendar: the same days of the one before it.
    case previousPeriod
    /// The same dates a year earlier; 29 February becomes the 28th.
    case previousYear
    case days(Days)

    /// - Parameter matchWeekday: moves by whole weeks, so that Mondays are compared with Mondays: to the nearest start and, for the previous
    ///   period, so far that no day is in both. Not for given days.
    /// - Returns: nil before the calendar's beginning.
    package func resolved(_ days: Days, of range: DateRange, matchWeekday: Bool) -> Days? {
        switch (self, range) {
        case (.days(let given), _): return given
        case (.previousPeriod, .current(let calendar)):
            guard let start = calendar.before(days.lowerBound) else { return nil }
            if matchWeekday { return Self.moved(days, toStart: start, apart: true) }
            // Whole with whole: all of February is compared with all of January.
            guard let end = calendar.isWhole(days) ? days.lowerBound.adding(days: -1) : calendar.before(days.upperBound) else { return nil }
            return start...end
        case (.previousPeriod, _):
            guard let start = days.lowerBound.adding(days: -days.length) else { return nil }
            return matchWeekday ? Self.moved(days, toStart: start, apart: true) : days.moved(by: -days.length)
        case (.previousYear, _):
            guard days.lowerBound.year > 1 else { return nil }
            let start = days.lowerBound.adding(months: -12)
            return matchWeekday ? Self.moved(days, toStart: start, apart: false) : start...days.upperBound.adding(months: -12)
        }
    }

    /// The days moved back by the whole weeks that bring their start nearest to `start`.
    /// - Parameter apart: by so many that no day is in both.
    private static func moved(_ days: Days, toStart start: Day, apart: Bool) -> Days? {
        let nearest = (start.distance(to: days.lowerBound) + 3) / 7
        return days.moved(by: -7 * (apart ? max(nearest, (days.length + 6) / 7) : nearest))
    }
}
