// The ways in which tables write days.

import Domain

/// How a date column writes its days. A table keeps to one.
package enum DateForm: Hashable, Sendable, CaseIterable {
    case iso
    /// Midnight, or an hour later where clocks are moved: the day is the date part, and no zone is converted.
    case isoTime
    case compact
    case slashes
    case monthFirst
    case dayFirst
    /// One of the two above: no number of it is larger than 12.
    case eitherFirst
    case dots
    /// Counted from 0 at the first day of the report.
    case nthDay

    /// The forms that tell a day by themselves.
    static let absolute = allCases.filter { $0 != .nthDay && $0 != .eitherFirst }

    /// The form that a cell has, by its shape alone, and its day, if the calendar has it. Nil if it looks like no date.
    /// - Parameter hasShortYears: whether `3/20/15` is of 2015.
    static func read(_ cell: Span<UInt8>, hasShortYears: Bool = false) -> (form: DateForm, day: Day?)? {
        if let day = dayWithTime(cell) { return (.isoTime, day) }
        guard let parts = DateParts(cell) else { return nil }
        let (first, second, third) = parts.numbers
        switch (parts.separator, parts.lengths) {
        case (UInt8(ascii: "-"), (4, 2, 2)): return (.iso, Day(year: first, month: second, day: third))
        case (UInt8(ascii: "/"), (4, 1...2, 1...2)): return (.slashes, Day(year: first, month: second, day: third))
        case (UInt8(ascii: "/"), (1...2, 1...2, 4)), (UInt8(ascii: "-"), (1...2, 1...2, 4)): return slashes(first, second, year: third)
        case (UInt8(ascii: "/"), (1...2, 1...2, 2)) where hasShortYears: return slashes(first, second, year: 2000 + third)
        case (UInt8(ascii: "."), (1...2, 1...2, 4)): return (.dots, Day(year: third, month: second, day: first))
        case (nil, (8, 0, 0)): return (.compact, Day(year: first / 10_000, month: first / 100 % 100, day: first % 100))
        default: return nil
        }
    }

    /// The month first as long as nothing speaks against it.
    private static func slashes(_ first: Int, _ second: Int, year: Int) -> (form: DateForm, day: Day?) {
        switch (first > 12, second > 12) {
        case (true, false): (.dayFirst, Day(year: year, month: second, day: first))
        case (false, true): (.monthFirst, Day(year: year, month: first, day: second))
        case (false, false), (true, true): (.eitherFirst, Day(year: year, month: first, day: second))
        }
    }

    /// The day of `2025-10-31T00:00:00`, or of 01:00:00 where clocks are moved: other times are not those of a day. Nil in it if the calendar hasn't it, nil if it is something else.
    private static func dayWithTime(_ cell: Span<UInt8>) -> Day?? {
        guard cell.count == 19, cell[10] == UInt8(ascii: "T") else { return nil }
        for (offset, byte) in "00:00:00".utf8.enumerated() {
            let isHour = offset == 1 && cell[11 + offset] == UInt8(ascii: "1")
            guard cell[11 + offset] == byte || isHour else { return nil }
        }
        guard case (.iso, let day)? = read(cell.extracting(..<10)) else { return nil }
        return .some(day)
    }
}

extension DateForm: CustomStringConvertible {
    package var description: String {
        switch self {
        case .iso: "YYYY-MM-DD"
        case .isoTime: "YYYY-MM-DDT00:00:00"
        case .compact: "YYYYMMDD"
        case .slashes: "YYYY/MM/DD"
        case .monthFirst: "M/D/YYYY"
        case .dayFirst: "D/M/YYYY"
        case .eitherFirst: "M/D/YYYY or D/M/YYYY"
        case .dots: "D.M.YYYY"
        case .nthDay: "Nth day"
        }
    }
}

/// Which number of `1/2/2026` is the month.
package enum DateOrder: String, Sendable, CaseIterable {
    case monthFirst = "month-first"
    case dayFirst = "day-first"

    var form: DateForm {
        switch self {
        case .monthFirst: .monthFirst
        case .dayFirst: .dayFirst
        }
    }

    /// What was read, in this order: a date that is only one of the other order is no day.
    func settle(_ read: (form: DateForm, day: Day?)) -> (form: DateForm, day: Day?) {
        switch read.form {
        case .eitherFirst: (form, self == .dayFirst ? read.day?.inOtherOrder : read.day)
        case .monthFirst, .dayFirst: (form, read.form == form ? read.day : nil)
        default: read
        }
    }
}

extension Day {
    /// 3 February for 2 March: the same date, read in the other order.
    var inOtherOrder: Day? { Day(year: year, month: day, day: month) }
}

/// Up to three numbers with the same separator between them.
private struct DateParts {
    private(set) var numbers = (0, 0, 0)
    /// How many digits each number has.
    private(set) var lengths = (0, 0, 0)
    private(set) var separator: UInt8?

    init?(_ cell: Span<UInt8>) {
        guard (6...10).contains(cell.count) else { return nil }
        var part = 0
        for index in 0..<cell.count {
            let byte = cell[index]
            if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
                append(Int(byte - UInt8(ascii: "0")), to: part)
            } else {
                guard part < 2, separator == nil || separator == byte else { return nil }
                separator = byte
                part += 1
            }
        }
        guard part == 0 || part == 2 else { return nil }
    }

    private mutating func append(_ digit: Int, to part: Int) {
        switch part {
        case 0: (numbers.0, lengths.0) = (numbers.0 * 10 + digit, lengths.0 + 1)
        case 1: (numbers.1, lengths.1) = (numbers.1 * 10 + digit, lengths.1 + 1)
        default: (numbers.2, lengths.2) = (numbers.2 * 10 + digit, lengths.2 + 1)
        }
    }
}
