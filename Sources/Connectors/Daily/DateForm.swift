// The ways in which tables write days.

import Domain

/// How a date column writes its days. A table keeps to one.
package enum DateForm: Hashable, Sendable, CaseIterable {
    case iso
    /// With a time of day, which may move by an hour twice a year: the day is the date part, and no zone is converted.
    case isoTime
    case compact
    case slashes
    case american
    /// Counted from 0 at the first day of the report.
    case nthDay

    /// The forms that tell a day by themselves.
    static let absolute = allCases.filter { $0 != .nthDay }

    /// The form that a cell has, by its shape alone, and its day, if the calendar has it. Nil if it looks like no date.
    static func read(_ cell: Span<UInt8>) -> (form: DateForm, day: Day?)? {
        if let day = dayWithTime(cell) { return (.isoTime, day) }
        guard let parts = DateParts(cell) else { return nil }
        let (first, second, third) = parts.numbers
        switch (parts.separator, parts.lengths) {
        case (UInt8(ascii: "-"), (4, 2, 2)): return (.iso, Day(year: first, month: second, day: third))
        case (UInt8(ascii: "/"), (4, 1...2, 1...2)): return (.slashes, Day(year: first, month: second, day: third))
        case (UInt8(ascii: "/"), (1...2, 1...2, 4)): return (.american, Day(year: third, month: first, day: second))
        case (nil, (8, 0, 0)): return (.compact, Day(year: first / 10_000, month: first / 100 % 100, day: first % 100))
        default: return nil
        }
    }

    /// The day of `2025-10-31T00:00:00`; nil in it if the calendar hasn't it, nil if it is something else.
    private static func dayWithTime(_ cell: Span<UInt8>) -> Day?? {
        guard cell.count == 19, cell[10] == UInt8(ascii: "T") else { return nil }
        for index in 11..<19 {
            let isColon = index == 13 || index == 16
            guard isColon ? cell[index] == UInt8(ascii: ":") : (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(cell[index]) else {
                return nil
            }
        }
        guard case (.iso, let day)? = read(cell.extracting(..<10)) else { return nil }
        return .some(day)
    }
}

extension DateForm: CustomStringConvertible {
    package var description: String {
        switch self {
        case .iso: "YYYY-MM-DD"
        case .isoTime: "YYYY-MM-DDTHH:MM:SS"
        case .compact: "YYYYMMDD"
        case .slashes: "YYYY/MM/DD"
        case .american: "M/D/YYYY"
        case .nthDay: "Nth day"
        }
    }
}

/// Up to three numbers with the same separator between them.
private struct DateParts {
    private(set) var numbers = (0, 0, 0)
    /// How many digits each number has.
    private(set) var lengths = (0, 0, 0)
    private(set) var separator: UInt8?

    init?(_ cell: Span<UInt8>) {
        guard (8...10).contains(cell.count) else { return nil }
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
