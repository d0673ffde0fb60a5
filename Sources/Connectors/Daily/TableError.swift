// Why a table is refused. A table is taken whole or not at all.

package import Domain

/// Why a file is not a table of daily numbers that can be taken as it is. The description says what to do.
package enum TableError: Error, Hashable {
    /// The file has no line with anything on it.
    case noHeader
    case noDateColumn(headers: [String])
    case severalDateColumns([String])
    /// Columns count from 1.
    case duplicateHeader(String, columns: Int, Int)
    case unnamable(String)
    /// A column (from 1) without a header that has values.
    case namelessColumn(Int, line: Int, text: String)
    case sameMetric(MetricName, headers: [String])
    case unknownMapping(String, headers: [String])
    case noMetrics(headers: [String])
    /// Columns of a table with a row per metric that are neither day, metric, value, source nor account.
    case unknownLongColumns([String])
    /// A row per metric and day, below another table.
    case longTableBelow
    /// It was said to have a row per metric and day.
    case notLong(headers: [String])
    /// Money without a currency.
    case noCurrency(String)
    /// Nothing says where the numbers come from.
    case noSource(title: String?)
    /// What does not add up can't be collapsed.
    case cannotCollapse(MetricName, header: String)
    case unknownCollapse(String, headers: [String])
    /// A column of values over several days up to each.
    case window(String)
    /// Days counted from a first one, and nothing says which that is.
    case noFirstDay(String, found: String?)
    /// Another table of the file has another value for the same point.
    case contradiction(MetricName, Day, line: Int, other: Int)
    case noRows
    case noValues
    /// A blank line with a row after it: perhaps another table begins there.
    case blankLine(Int, next: Int)
    /// Dates that can be read with the month first or the day first, all of them.
    case datesOfTwoOrders(DateSample)
    /// A number that contradicts what the user said.
    case otherDecimals(DecimalMark, NumberSample)
    case mixedDecimals(NumberSample, NumberSample)
    case mixedDates(DateSample, DateSample)
    case problems(Problems)
}

/// A number, as it stands on some line.
package struct NumberSample: Hashable, Sendable {
    package let line: Int
    package let text: String

    package init(line: Int, text: String) {
        (self.line, self.text) = (line, text)
    }
}

/// A date, as it stands on some line.
package struct DateSample: Hashable, Sendable {
    package let form: DateForm
    package let line: Int
    package let text: String
}
