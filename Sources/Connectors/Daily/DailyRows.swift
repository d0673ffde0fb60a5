// The rows of a daily table: from records to points, and the problems on the way.

import Domain

/// Takes the records below the header, one after the other.
struct DailyRows: Sendable {
    private let columns: [TableColumn]
    private let dateIndex: Int
    /// Columns with neither header nor values, so far.
    private let emptyIndices: [Int]
    private var metrics: [MetricColumn]

    private var dateForm: DateSample?
    private var lines: [Day: Int] = [:]
    private var points: [DailyPoint] = []
    private var problems = Problems()
    private var repeatedDays = Problems()

    /// - Parameter hasCommas: whether commas separate the fields: then a point is a decimal one. A spreadsheet that separates with anything
    ///   else may be one that writes decimal commas.
    init(columns: [TableColumn], hasCommas: Bool) {
        self.columns = columns
        dateIndex = columns.firstIndex { $0.role == .date } ?? 0
        emptyIndices = columns.indices.filter { columns[$0].role == .leftOut(.empty) }
        metrics = columns.enumerated().compactMap { index, column in
            guard case .metric(let name) = column.role else { return nil }
            return MetricColumn(index: index, header: column.header, name: name, mayHaveDecimalCommas: !hasCommas)
        }
    }

    mutating func read(_ record: CSVRecord) throws(TableError) {
        guard record.fields.count == columns.count else {
            problems.add(.fieldCount(line: record.line, expected: columns.count, found: record.fields.count))
            return
        }
        for index in emptyIndices where !record.trimmed(index).isEmpty {
            throw .namelessColumn(index + 1, line: record.line, text: record.text(index))
        }
        let day = try readDay(record)
        if let day, let first = lines[day] {
            repeatedDays.add(.repeatedDay(day, first: first, second: record.line))
        } else if let day {
            lines[day] = record.line
        }
        for index in metrics.indices {
            guard let value = metrics[index].read(record), let day else { continue }
            points.append(DailyPoint(metric: metrics[index].name, day: day, value: value, line: record.line))
        }
    }

    private mutating func readDay(_ record: CSVRecord) throws(TableError) -> Day? {
        let range = record.trimmed(dateIndex)
        let read = DateForm.read(record.bytes.span.extracting(range))
        if let day = read?.day, let form = read?.form, form == dateForm?.form { return day }

        let text = record.text(dateIndex)
        let column = columns[dateIndex].header
        guard let read else {
            let reason: BadCell.Reason = range.isEmpty ? .noDate : .notADate(expected: dateForm?.form)
            problems.add(.cell(BadCell(line: record.line, column: column, text: text, reason: reason)))
            return nil
        }
        let sample = DateSample(form: read.form, line: record.line, text: text)
        if let dateForm, dateForm.form != read.form { throw .mixedDates(dateForm, sample) }
        dateForm = dateForm ?? sample
        if read.day == nil {
            problems.add(.cell(BadCell(line: record.line, column: column, text: text, reason: .noSuchDay(read.form))))
        }
        return read.day
    }

    /// The table, if there is nothing wrong with it.
    func table() throws(TableError) -> DailyTable {
        try throwProblems()
        guard let dateForm, let first = lines.keys.min(), let last = lines.keys.max() else { throw .noRows }
        guard !points.isEmpty else { throw .noValues }
        return DailyTable(
            columns: columns,
            dateForm: dateForm.form,
            days: first...last,
            dayCount: lines.count,
            metrics: metrics.map { DailyTable.Metric(name: $0.name, count: $0.count, missing: $0.missing) },
            points: points
        )
    }

    private func throwProblems() throws(TableError) {
        var all = problems
        let textColumns = metrics.filter { $0.textProblem != nil }
        if case .repeatedDay(let day, let first, let second)? = repeatedDays.listed.first, !textColumns.isEmpty {
            // One cause: it is the text that tells the rows of a day apart.
            all.add(.rowPerDayAnd(textColumns.map(\.header), day, first: first, second: second))
        } else {
            all.add(repeatedDays)
            for case let problem? in textColumns.map(\.textProblem) { all.add(problem) }
        }
        for column in metrics where column.textProblem == nil { all.add(column.problems) }
        if !all.isEmpty { throw .problems(all) }
    }
}
