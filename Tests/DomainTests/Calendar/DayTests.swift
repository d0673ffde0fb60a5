// Days: the calendar over its whole range, and ISO text.

import Domain
import Testing

@Suite struct DayTests {
    @Test(arguments: [
        ("1970-01-01", 0, 4), ("1969-12-31", -1, 3), ("2000-01-01", 10957, 6), ("2000-02-29", 11016, 2), ("2024-02-29", 19782, 4),
        ("2024-03-01", 19783, 5),
        ("1900-03-01", -25508, 4), ("0001-01-01", -719_162, 1), ("9999-12-31", 2_932_896, 5), ("2023-12-31", 19722, 7),
    ])
    func knowsNumberAndWeekday(text: String, number: Int, weekday: Int) throws {
        let day = try #require(Day(iso: text))
        #expect(day.daysSince1970 == number)
        #expect(day.weekday == weekday)
        #expect(day.description == text)
        #expect(Day(daysSince1970: number) == day)
    }

    /// Goes through every month of the calendar beside an independent little calendar.
    @Test func agreesWithACalendarCountedByHand() throws {
        var firstOfMonth = -719_162
        for year in 1...9999 {
            let leap = year.isMultiple(of: 400) || (year.isMultiple(of: 4) && !year.isMultiple(of: 100))
            for (index, length) in [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
                for day in [1, 15, length] {
                    let expected = try #require(Day(daysSince1970: firstOfMonth + day - 1))
                    guard expected.parts == (year, index + 1, day), Day(year: year, month: index + 1, day: day) == expected else {
                        Issue.record("\(expected) is not \(year)-\(index + 1)-\(day)")
                        return
                    }
                }
                guard Day(year: year, month: index + 1, day: length + 1) == nil else {
                    Issue.record("\(year)-\(index + 1) has \(length) days")
                    return
                }
                firstOfMonth += length
            }
        }
        #expect(Day(daysSince1970: firstOfMonth) == nil)
        #expect(Day(daysSince1970: -719_163) == nil)
    }

    @Test(arguments: [
        "", "2024-02-30", "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-01-00", "0000-01-01", "2024-1-01", "20240101",
        "2024/01/01", "2024-01x01",
        "2024-01-01 ", "2024-01-01T00:00:00", "+024-01-01", "2024-01-0x", "١٩٧٠-01-01",
    ])
    func refusesWhatIsNoDay(text: String) {
        #expect(Day(iso: text) == nil)
    }

    @Test func strides() throws {
        let first = try #require(Day(iso: "2024-02-27"))
        let last = try #require(Day(iso: "2024-03-01"))
        #expect((first...last).map(\.description) == ["2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01"])
        #expect((first...last).count == 4)
        #expect(stride(from: last, to: first, by: -2).map(\.description) == ["2024-03-01", "2024-02-28"])
        #expect(first.adding(days: -58)?.description == "2023-12-31")
        #expect(first.adding(days: Int.max) == nil)
        #expect(last.adding(days: 3_000_000) == nil)
        #expect(first < last)
        #expect((last.year, last.month, last.day) == (2024, 3, 1))
    }
}
