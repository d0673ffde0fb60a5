// One metric's column: its values, counts and bad cells.

import Domain

/// A column that becomes a metric.
struct MetricColumn: Sendable {
    let index: Int
    let header: String
    let name: MetricName

    /// `CTR (%)`: numbers without a sign of their own are percents, too.
    private let hasPercents: Bool
    private(set) var count = 0
    private(set) var missing = 0
    private(set) var problems = Problems()
    /// The first line whose number has a percent sign, and the first whose number has none. Zero is zero either way.
    private var firstPercent: Int?
    private var firstPlain: Int?

    init(index: Int, header: String, name: MetricName) {
        self.index = index
        self.header = header
        self.name = name
        hasPercents = header.contains("%")
    }

    /// Where there is not one number in it, and something else instead: a dimension such as `device`. One problem, not one per cell.
    var textProblem: TableProblem? {
        guard count == 0, case .cell(let cell)? = problems.listed.first, cell.reason == .notANumber else { return nil }
        return .textColumn(cell)
    }

    /// The cell's value; nil where it is missing or bad.
    mutating func read(_ record: FileRecord) -> NumberReading? {
        switch CellValue(record.bytes.span.extracting(record.trimmed(index))) {
        case .missing:
            missing += 1
            return nil
        case .notANumber:
            add(.notANumber, record)
            return nil
        case .number(let value) where hasPercents:
            count += 1
            return value.map { $0.movingPoint(by: -2) }
        case .number(let value):
            count += 1
            if !value.isZero {
                firstPlain = firstPlain ?? record.line
                if let firstPercent { add(.noPercent(unlike: firstPercent), record) }
            }
            return value
        case .percent(let value):
            count += 1
            if !value.isZero {
                firstPercent = firstPercent ?? record.line
                if let firstPlain { add(.percent(unlike: firstPlain), record) }
            }
            return value
        }
    }

    /// Nothing of the table says how the cell is read.
    mutating func refuse(_ number: UndecidedNumber) {
        problems.add(.cell(BadCell(line: number.line, column: header, text: number.text, reason: .twoWays)))
    }

    private mutating func add(_ reason: BadCell.Reason, _ record: FileRecord) {
        problems.add(.cell(BadCell(line: record.line, column: header, text: record.text(index), reason: reason)))
    }
}
