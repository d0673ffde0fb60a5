// The words for each refusal: what is wrong, where, and what to do.

import Domain

extension TableError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noHeader: "the file is empty: a table begins with a line of headers, such as date,sessions"
        case .noDateColumn(let headers): Self.noDateColumn(headers)
        case .severalDateColumns(let headers):
            "\(Self.list(headers)) could each hold the days: leave out all but one with \(MapOption(headers[0], to: ""))"
        case .duplicateHeader(let header, let first, let second):
            "columns \(first) and \(second) have the same header, \(header.quoted): rename one of them in the file"
        case .unnamable(let header) where Header(header).letters == KnownHeaders.titled:
            "the column \(header.quoted) is named after the title above its table, and there is none that makes a metric name: name it with "
                + "\(MapOption(header, to: "METRIC"))"
        case .unnamable(let header):
            "no metric name can be made of the header \(header.quoted): name it with "
                + "\(MapOption(header, to: "METRIC")), or leave the column out "
                + "with \(MapOption(header, to: ""))"
        case .namelessColumn(let column, let line, let text):
            "column \(column) has no header, yet line \(line) has \(text.quoted) in it: give it a header, or empty the column"
        case .sameMetric(let name, let headers):
            "\(Self.list(headers)) would all be the metric \(name): "
                + "give all but one another name with \(MapOption(headers[0], to: "METRIC")), "
                + "or leave them out with \(MapOption(headers[0], to: ""))"
        case .unknownMapping(let header, let headers):
            "--map names a column \(header.quoted) that the file hasn't: its headers are \(Self.list(headers))"
        case .noMetrics(let headers):
            "the table has no column of numbers: its headers are \(Self.list(headers))"
        case .unknownLongColumns(let headers):
            "the table has a row per metric, and nothing says what its \(headers.count == 1 ? "column" : "columns") \(Self.list(headers)) "
                + "\(headers.count == 1 ? "is" : "are"): if it tells rows apart, export daily totals; if not, leave it out with "
                + "\(MapOption(headers[0], to: ""))"
        case .longTableBelow: "a table with a row per metric has to be the only one of its file: import it by itself"
        case .notLong(let headers):
            "a table with a row per metric has the columns date, metric and value: the headers are \(Self.list(headers))"
        case .noCurrency(let header):
            "the column \(header.quoted) is money, and nothing says in which currency: say so with --currency, as in --currency EUR, or leave it out with "
                + "\(MapOption(header, to: ""))"
        case .noSource(let title):
            (title.map { "the title \($0.quoted) names no platform" } ?? "nothing in the table says where its numbers come from")
                + ": say so with --source, as in --source instagram"
        case .cannotCollapse(let metric, let header):
            "\(metric) does not add up, so it can't be collapsed: leave it out with \(MapOption(header, to: ""))"
        case .unknownCollapse(let header, let headers):
            "--collapse names a column \(header.quoted) that the table hasn't: its headers are \(Self.list(headers))"
        case .window(let header):
            "the column \(header.quoted) counts over a window of days up to each day: such values are not those of a day; leave it out with "
                + "\(MapOption(header, to: ""))"
        case .noFirstDay(let header, let found?):
            "the column \(header.quoted) counts days from a start date, and the one above the table, \(found.quoted), is no day of the form YYYYMMDD"
        case .noFirstDay(let header, nil):
            "the column \(header.quoted) counts days from a first one, and no line \"# Start date: YYYYMMDD\" above the table says which it is: "
                + "keep the comments of the export"
        case .contradiction(let metric, let day, let line, let other):
            "line \(line) has another value for \(metric) on \(day) than line \(other) of another table: "
                + "nothing says which is right; remove one of the tables from the file"
        case .noRows: "the table has headers but no rows: there is nothing to import"
        case .noValues: "the table has rows, but not one value: there is nothing to import"
        case .blankLine(let line, let next):
            "line \(line) is blank, and line \(next) goes on with the rows above it: remove the blank line, or give the second table its headers"
        case .datesOfTwoOrders(let sample):
            "line \(sample.line) has \(sample.text.quoted), and no date of the table says whether the month comes first or the day: "
                + "say so with --dates month-first or --dates day-first"
        case .otherDecimals(let mark, let sample):
            "line \(sample.line) has \(sample.text.quoted), which has no decimal \(mark), as --decimals says"
        case .mixedDecimals(let first, let second):
            "the decimals are written in two ways: line \(first.line) has \(first.text.quoted) and line \(second.line) has "
                + "\(second.text.quoted): write all of them in one way"
        case .mixedDates(let first, let second):
            "the dates are written in two ways: line \(first.line) has \(first.text.quoted) (\(first.form)) and line \(second.line) has "
                + "\(second.text.quoted) (\(second.form)): write all of them in one way, best as YYYY-MM-DD"
        case .problems(let problems): Self.text(of: problems)
        }
    }

    private static func noDateColumn(_ headers: [String]) -> String {
        let only = headers.count == 1 ? headers[0] : ""
        if headers.count == 1 {
            return "the line \(only.quoted) is one column alone: a table begins with a line of headers, such as date,sessions; "
                + "remove whatever stands above it"
        }
        return "no column holds the days: the headers are \(list(headers)), and one should be called date or day; "
            + "if another one holds the days, say so with --map HEADER=date"
    }

    private static func text(of problems: Problems) -> String {
        var lines = problems.listed.map(\.description)
        if problems.further > 0 { lines.append("and \(problems.further) more") }
        return lines.joined(separator: "\n")
    }

    /// `"a", "b" and "c"`, of very wide tables only the beginning.
    static func list(_ headers: [String]) -> String {
        let longest = 20
        let shown = headers.prefix(longest).map(\.quoted)
        if headers.count > longest { return shown.joined(separator: ", ") + " and \(headers.count - longest) more" }
        guard let last = shown.last, shown.count > 1 else { return shown.joined() }
        return shown.dropLast().joined(separator: ", ") + " and " + last
    }
}
