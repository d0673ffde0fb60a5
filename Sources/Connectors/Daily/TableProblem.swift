// What is wrong with rows and cells, one by one.

package import Domain

/// Something wrong with a row or a cell of a table.
package enum TableProblem: Hashable, Sendable {
    case cell(BadCell)
    /// A row of totals that is neither the first nor the last.
    case totalsInBetween(line: Int)
    case fieldCount(line: Int, expected: Int, found: Int)
    case repeatedDay(Day, first: Int, second: Int)
    /// A column without a number in it, and its first cell.
    case textColumn(BadCell)
    /// A source or an account.
    case badName(line: Int, NameError)
    /// Days repeat because text columns tell their rows apart.
    case rowPerDayAnd([String], Day, first: Int, second: Int)

    /// Where to look first.
    package var line: Int {
        switch self {
        case .cell(let cell), .textColumn(let cell): cell.line
        case .fieldCount(let line, _, _), .totalsInBetween(let line), .badName(let line, _): line
        case .repeatedDay(_, _, let line), .rowPerDayAnd(_, _, _, let line): line
        }
    }
}

/// A cell that can't be read.
package struct BadCell: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        case notANumber
        /// No name can be made of it.
        case notAMetric
        /// Its point or comma may separate thousands or decimals.
        case twoWays
        /// A percent sign, or none, unlike the number on that line.
        case percent(unlike: Int)
        case noPercent(unlike: Int)
        case noDate
        case notADate(expected: DateForm?)
        case noSuchDay(DateForm)
    }

    package let line: Int
    package let column: String
    package let text: String
    package let reason: Reason
}
