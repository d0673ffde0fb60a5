// Day numbers to year, month and day, and back.
//
// Both ways count years from 1 March, so that the leap day is the last of its year and months have a regular pattern: the days
// before month m (March = 0) are (153 m + 2) / 5.

extension Day {
    static let firstNumber = number(year: 1, month: 1, day: 1)
    static let lastNumber = number(year: 9999, month: 12, day: 31)

    /// From 1 March of the year 0 to 1970-01-01.
    private static let daysTo1970 = 719_468
    private static let daysIn400Years = 146_097

    package var year: Int { parts.year }
    package var month: Int { parts.month }
    package var day: Int { parts.day }

    package var parts: (year: Int, month: Int, day: Int) {
        // Never negative: the first day is 1 January of the year 1.
        let days = daysSince1970 + Self.daysTo1970
        // The average year's length gives the year, or one beside it.
        var year = days * 400 / Self.daysIn400Years
        while Self.daysBefore(year) > days { year -= 1 }
        while Self.daysBefore(year + 1) <= days { year += 1 }
        let dayOfYear = days - Self.daysBefore(year)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (
            year: year + (month <= 2 ? 1 : 0),
            month: month,
            day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        )
    }

    static func number(year: Int, month: Int, day: Int) -> Int {
        let yearFromMarch = month <= 2 ? year - 1 : year
        let monthFromMarch = month <= 2 ? month + 9 : month - 3
        return daysBefore(yearFromMarch) + (153 * monthFromMarch + 2) / 5 + day - 1 - daysTo1970
    }

    static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func daysBefore(_ year: Int) -> Int {
        365 * year + year / 4 - year / 100 + year / 400
    }
}
