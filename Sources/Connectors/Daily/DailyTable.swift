// A table of daily numbers, read: the points, and what became of each column.

package import Domain

/// One metric's value on one day.
package struct DailyPoint: Hashable, Sendable {
    package let metric: MetricName
    package let day: Day
    package let value: ExactDecimal
    /// The line of the file on which the row starts.
    package let line: Int
}

/// What a point is of.
package struct PointKey: Hashable, Sendable {
    let metric: MetricName
    let day: Day
}

extension DailyPoint {
    package var key: PointKey { PointKey(metric: metric, day: day) }
}

/// A wide table with one row per day: a column of days, and a column per metric.
package struct DailyTable: Sendable {
    package struct Metric: Hashable, Sendable {
        package let name: MetricName
        /// Days with a value.
        package let count: Int
        /// Days without one: an empty cell is no zero.
        package let missing: Int
    }

    /// All columns, as they stand in the file.
    package let columns: [TableColumn]
    package let dateForm: DateForm
    /// The first and the last day that has a row.
    package let days: ClosedRange<Day>
    /// Rows, each of a day of its own: fewer than the days of the range where days are missing.
    package let dayCount: Int
    /// In the order of the columns.
    package let metrics: [Metric]
    /// In the order of the file: row by row, each in the order of the columns.
    package let points: [DailyPoint]
}
