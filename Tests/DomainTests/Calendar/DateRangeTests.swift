// Which days a question is about: leap days, ISO weeks over New Year, months of unequal length, weekdays.
import Domain
import Testing

@Suite struct DateRangeTests {
    /// Today, the range, and what it comes to.
    @Test(arguments: [
        ("2026-11-25", "28d", "2026-10-28", "2026-11-24"),
        ("2026-11-25", "1d", "2026-11-24", "2026-11-24"),
        ("2024-03-01", "1d", "2024-02-29", "2024-02-29"),
        ("2025-03-01", "2d", "2025-02-27", "2025-02-28"),
        ("2026-11-25", "day", "2026-11-24", "2026-11-24"),
        // A Wednesday: Monday and Tuesday are over.
        ("2026-11-25", "week", "2026-11-23", "2026-11-24"),
        // A Monday: the week has no whole day yet.
        ("2026-11-23", "week", "2026-11-16", "2026-11-22"),
        // 2025-12-29 is the Monday of ISO week 2026-W01.
        ("2026-01-03", "week", "2025-12-29", "2026-01-02"),
        ("2026-11-25", "month", "2026-11-01", "2026-11-24"),
        ("2026-12-01", "month", "2026-11-01", "2026-11-30"),
        ("2024-03-01", "month", "2024-02-01", "2024-02-29"),
        ("2026-11-25", "quarter", "2026-10-01", "2026-11-24"),
        ("2026-01-01", "quarter", "2025-10-01", "2025-12-31"),
        ("2026-01-01", "year", "2025-01-01", "2025-12-31"),
        ("2026-11-25", "all", "2020-02-29", "2026-11-24"),
    ])
    func relative(today: String, range: String, from: String, to: String) throws {
        let found = try DateRange(range).resolved(today: try day(today), first: try day("2020-02-29"))
        #expect(found == (try day(from)...(try day(to))))
    }

    /// Today, the range, the comparison, whether weekdays match, and what it is compared with.
    @Test(arguments: [
        ("2026-11-25", "28d", "previous_period", false, "2026-09-30", "2026-10-27"),
        ("2026-11-25", "30d", "previous_period", false, "2026-09-26", "2026-10-25"),
        // 30 days: five weeks back, for four would leave two days in both.
        ("2026-11-25", "30d", "previous_period", true, "2026-09-21", "2026-10-20"),
        ("2026-11-25", "28d", "previous_period", true, "2026-09-30", "2026-10-27"),
        ("2026-11-25", "1d", "previous_period", true, "2026-11-17", "2026-11-17"),
        ("2026-11-25", "month", "previous_period", false, "2026-10-01", "2026-10-24"),
        // All of February with all of January; of 30 days in May with as many in April.
        ("2026-03-01", "month", "previous_period", false, "2026-01-01", "2026-01-31"),
        ("2026-05-31", "month", "previous_period", false, "2026-04-01", "2026-04-30"),
        ("2026-03-31", "month", "previous_period", false, "2026-02-01", "2026-02-28"),
        ("2026-11-25", "quarter", "previous_period", false, "2026-07-01", "2026-08-24"),
        ("2026-11-25", "year", "previous_period", false, "2025-01-01", "2025-11-24"),
        ("2026-11-25", "week", "previous_period", false, "2026-11-16", "2026-11-17"),
        ("2026-11-25", "month", "previous_period", true, "2026-10-04", "2026-10-27"),
        ("2026-11-25", "28d", "previous_year", false, "2025-10-28", "2025-11-24"),
        ("2026-11-25", "28d", "previous_year", true, "2025-10-29", "2025-11-25"),
        ("2026-01-01", "year", "previous_year", true, "2024-01-03", "2025-01-01"),
        ("2024-03-01", "1d", "previous_year", false, "2023-02-28", "2023-02-28"),
        ("2024-03-01", "1d", "previous_year", true, "2023-03-02", "2023-03-02"),
        ("2025-03-01", "1d", "previous_year", false, "2024-02-28", "2024-02-28"),
    ])
    func compared(today: String, range: String, with: String, matchWeekday: Bool, from: String, to: String) throws {
        let range = try DateRange(range)
        let days = try #require(range.resolved(today: try day(today), first: nil))
        let comparison: Comparison = with == "previous_year" ? .previousYear : .previousPeriod
        let found = try #require(comparison.resolved(days, of: range, matchWeekday: matchWeekday))
        #expect(found == (try day(from)...(try day(to))))
        if matchWeekday { #expect(found.lowerBound.weekday == days.lowerBound.weekday && found.length == days.length) }
        #expect(found.upperBound < days.lowerBound || matchWeekday && comparison == .previousYear)
    }

    @Test(arguments: [
        ("2025-12-27", "2026-01-06", Interval.week, ["2025-12-27/2025-12-28", "2025-12-29/2026-01-04", "2026-01-05/2026-01-06"]),
        ("2024-02-28", "2024-03-01", .day, ["2024-02-28/2024-02-28", "2024-02-29/2024-02-29", "2024-03-01/2024-03-01"]),
        ("2024-01-31", "2024-03-01", .month, ["2024-01-31/2024-01-31", "2024-02-01/2024-02-29", "2024-03-01/2024-03-01"]),
        ("2024-12-31", "2026-01-01", .year, ["2024-12-31/2024-12-31", "2025-01-01/2025-12-31", "2026-01-01/2026-01-01"]),
        ("9999-12-30", "9999-12-31", .week, ["9999-12-30/9999-12-31"]),
    ])
    func cut(from: String, to: String, by interval: Interval, pieces: [String]) throws {
        let days = try Days(from: from, to: to)
        #expect(days.cut(by: interval).map { "\($0.lowerBound)/\($0.upperBound)" } == pieces)
    }

    @Test(arguments: ["", "d", "0d", "-1d", "28", "28D", "fortnight", "36526d", "99999999999999999999d", "١d", "2026-01-01"])
    func noRange(text: String) {
        #expect(throws: RangeError.self) { try DateRange(text) }
    }

    @Test func badDaysSayWhatIsWrong() {
        #expect(throws: RangeError.notADay("2026-02-30")) { try Days(from: "2026-02-30", to: "2026-03-01") }
        #expect(throws: RangeError.notADay("yesterday")) { try Days(from: "2026-02-01", to: "yesterday") }
        #expect(throws: RangeError.self) { try Days(from: "2026-02-02", to: "2026-02-01") }
        #expect(throws: RangeError.tooLong(days: 36_526)) { try Days(from: "1900-01-01", to: "2000-01-02") }
    }

    @Test(arguments: [
        ("2026-02-01T00:00:00Z", true), ("2026-02-01T23:59:59.123456+05:30", true), ("2026-02-01T00:00:00-12:00", true),
        ("2026-02-01", false), ("2026-02-01 00:00:00Z", false), ("2026-02-30T00:00:00Z", false), ("2026-02-01T24:00:00Z", false),
        ("2026-02-01T00:00:00", false), ("2026-02-01T00:00:00.Z", false), ("2026-02-01T00:00:00.1234567Z", false), ("now", false),
        ("2026-02-01T00:00:00Z; drop", false), ("2026-02-01T00:00:00+0530", false),
    ])
    func moments(text: String, isOne: Bool) {
        #expect((Moment(text) != nil) == isOne)
    }

    @Test func momentsAreInOrder() throws {
        let texts = ["2026-02-01T00:00:00+01:00", "2026-01-31T23:00:00.000001Z", "2026-01-31T18:00:01-05:00", "2026-02-01T00:00:00Z"]
        let moments = try texts.map { try #require(Moment($0)) }
        #expect(moments.shuffled().sorted().map(\.text) == texts)
        #expect(try #require(Moment("1970-01-01T00:00:00.5Z")).microseconds == 500_000)
        #expect(try #require(Moment("1969-12-31T23:59:59Z")).microseconds == -1_000_000)
    }

    @Test(arguments: [
        ("UTC", true), ("Europe/Berlin", true), ("America/Argentina/Buenos_Aires", true), ("Etc/GMT+3", true), ("", false),
        ("Berlin", false),
        ("EST5EDT", false), ("+01:00", false), ("Europe/", false), ("Europe/Berlin+3", false), ("Mars/Base-14", false),
        ("America/Port-au-Prince", true), ("Europe/Berlin'", false), ("/etc/passwd", false), ("../x", false),
    ])
    func timeZones(text: String, isOne: Bool) {
        #expect((TimeZoneName(text) != nil) == isOne)
    }

    private func day(_ text: String) throws -> Day { try #require(Day(iso: text)) }
}
