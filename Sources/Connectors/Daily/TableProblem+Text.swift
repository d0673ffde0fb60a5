// The words for each problem of a row or a cell: line, column, text.

import Domain

extension TableProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .cell(let cell): cell.description
        case .badName(let line, let error): "line \(line): \(error)"
        case .totalsInBetween(let line):
            "line \(line) holds totals, and stands between other rows: remove it"
        case .fieldCount(let line, let expected, let found):
            "line \(line) has \(found) \(found == 1 ? "field" : "fields"), but there are \(expected) headers: "
                + "is a field with a separator in it missing its quotes?"
        case .repeatedDay(let day, let first, let second):
            "line \(second): \(day) is already on line \(first): the table needs one row per day, with the day's totals"
        case .textColumn(let cell):
            "column \(cell.column.quoted) has no numbers (line \(cell.line): \(cell.text.quoted)): leave it out with "
                + "\(MapOption(cell.column, to: ""))"
        case .rowPerDayAnd(let columns, let day, let first, let second):
            "the file has a row per day and \(TableError.list(columns)) (\(day) is on lines \(first) and \(second)): "
                + "daily totals are needed, one row per day; export the table without that dimension, or add its rows up with --collapse "
                + "\(columns[0].contains(" ") ? columns[0].quoted : columns[0])"
        }
    }
}

extension BadCell: CustomStringConvertible {
    package var description: String {
        let place = "line \(line), column \(column.quoted): "
        return switch reason {
        case .notAMetric: "\(place)no metric name can be made of \(text.quoted): name it with \(MapOption(text, to: "METRIC"))"
        case .notANumber: "\(place)\(text.quoted) is not a number"
        case .twoWays:
            "\(place)\(text.quoted) can be read in two ways, with thousands or with decimals, and no number of the table says which: say so with "
                + "--decimals point or --decimals comma"
        case .percent(let other): "\(place)\(text.quoted) has a percent sign, but the number on line \(other) has none"
        case .noPercent(let other): "\(place)\(text.quoted) has no percent sign, but the number on line \(other) has one"
        case .noDate: "\(place)the date is missing"
        case .notADate(nil):
            "\(place)\(text.quoted) is not a date (\(DateForm.absolute.map(\.description).joined(separator: ", ")))"
        case .notADate(let form?): "\(place)\(text.quoted) is not a date: \(form) was expected"
        case .noSuchDay(let form): "\(place)\(text.quoted) is no day of the calendar: \(form) was expected"
        }
    }
}
