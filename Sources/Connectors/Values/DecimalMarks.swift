// Which of point and comma separates the decimals of a table: one number with one reading settles all of them.

import Domain

/// A number with two readings, until something settles which one it is.
struct UndecidedNumber {
    /// Among the table's points.
    let point: Int
    /// Among the table's metrics.
    let metric: Int
    let reading: NumberReading
    let line: Int
    let text: String
}

/// What is known of a table's decimals so far.
struct DecimalMarks {
    /// The first number of each kind that has one reading only.
    private var first: [DecimalMark: NumberSample] = [:]
    private(set) var undecided: [UndecidedNumber] = []

    mutating func note(_ only: DecimalMark, _ sample: @autoclosure () -> NumberSample) {
        if first[only] == nil { first[only] = sample() }
    }

    mutating func add(_ number: UndecidedNumber) { undecided.append(number) }

    /// The table's mark, and the number that tells it; nil where nothing does.
    /// - Throws: `TableError.mixedDecimals` if its numbers tell different ones.
    func told() throws(TableError) -> (mark: DecimalMark, by: NumberSample)? {
        if let point = first[.point], let comma = first[.comma] {
            throw point.line <= comma.line ? .mixedDecimals(point, comma) : .mixedDecimals(comma, point)
        }
        return first.first.map { ($0.key, $0.value) }
    }
}
