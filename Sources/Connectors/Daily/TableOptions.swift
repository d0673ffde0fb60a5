// What a user says about a file where the file does not say it.
package import Domain

/// How tables are read. Without any of it a table has to speak for itself.
package struct TableOptions: Sendable {
    /// Which columns become what.
    package var map: HeaderMap
    /// How dates are read that have two readings, such as `1/2/2026`.
    package var dates: DateOrder?
    /// How numbers are read that have two readings, such as `1.234`.
    package var decimals: DecimalMark?
    /// What money is in whose column names no currency, by ISO 4217.
    package var currency: String?
    /// Columns over whose values each day is summed.
    package var collapse: CollapsedColumns
    /// What the file is taken for, whatever it looks like.
    package var format: FileFormat?
    /// Whether a row holds a day's metrics or one metric, where headers such as `metric` and `value` could mean either.
    package var layout: TableLayout?
    /// Where the numbers come from, whatever titles and headers say; a row that names its own source is right.
    package var source: SourceName?

    package init(
        map: HeaderMap = .none,
        dates: DateOrder? = nil,
        decimals: DecimalMark? = nil,
        currency: String? = nil,
        collapse: CollapsedColumns = .none,
        format: FileFormat? = nil,
        source: SourceName? = nil
    ) {
        (self.map, self.dates, self.decimals, self.currency) = (map, dates, decimals, currency)
        (self.collapse, self.format, self.source) = (collapse, format, source)
    }
}

package enum TableLayout: Sendable {
    /// A row per day, a column per metric.
    case wide
    /// A row per metric and day.
    case long
}

/// `--collapse device`: the columns, by their headers, that tell apart what is to be added up.
package struct CollapsedColumns: Sendable {
    package static let none = CollapsedColumns([])

    let headers: [Header]

    package init(_ headers: [String]) {
        self.headers = headers.map(Header.init)
    }
}
