// The rows of a daily table: from records to points, and the problems on the way.

import Domain

/// Takes the records below the header, one after the other.
struct DailyRows: Sendable {
    private let columns: [TableColumn]
    private let dateIndex: Int
    private let format: FileFormat
    private let period: ClosedRange<Day>?
    /// Columns over whose values days are summed.
    private let collapsedIndices: [Int]
    /// Not nil where days are counted.
    private let firstDay: Day?
    /// Columns with neither header nor values, so far.
    private let emptyIndices: [Int]
    private var metrics: [MetricColumn]

    private let options: TableOptions
    /// How numbers of two readings are read where nothing tells.
    private let usualMark: DecimalMark?
    private var marks = DecimalMarks()
    private var dateForm: DateSample?
    private var lines: [RowKey: Int] = [:]
    /// The line of a row of totals that stands below others.
    private var totalsLine: Int?
    private var points: [DailyPoint] = []
    /// Days of which a row has no value: added up, they would be less than they are.
    private var incomplete: Set<PointKey> = []
    private var problems = Problems()
    private var repeatedDays = Problems()

    /// - Parameters:
    ///   - hasCommas: whether commas separate the fields: then a point is a decimal one. A spreadsheet that separates with
    ///     anything else may be one that writes decimal commas.
    ///   - preamble: tells what a column `Nth day` counts from.
    init(
        columns: [TableColumn],
        hasCommas: Bool,
        preamble: Preamble,
        format: FileFormat,
        options: TableOptions
    ) throws(TableError) {
        (self.columns, self.format, self.options, period) = (columns, format, options, preamble.period)
        usualMark = options.decimals ?? (hasCommas ? .point : nil)
        dateIndex = columns.firstIndex { $0.role == .date } ?? 0
        let date = columns[dateIndex].header
        let isCounted = KnownHeaders.isNthDay(Header(date))
        if isCounted, preamble.firstDay == nil { throw .noFirstDay(date, found: preamble.unreadFirstDay) }
        firstDay = isCounted ? preamble.firstDay : nil
        emptyIndices = columns.indices.filter { columns[$0].role == .leftOut(.empty) }
        collapsedIndices = columns.indices.filter { columns[$0].role == .collapsed }
        metrics = columns.enumerated().compactMap { index, column in
            guard case .metric(let name) = column.role else { return nil }
            return MetricColumn(index: index, header: column.header, name: name)
        }
    }

    mutating func read(_ record: FileRecord) throws(TableError) {
        guard record.fields.count == columns.count else {
            problems.add(.fieldCount(line: record.line, expected: columns.count, found: record.fields.count))
            return
        }
        for index in emptyIndices where !record.trimmed(index).isEmpty {
            throw .namelessColumn(index + 1, line: record.line, text: record.text(index))
        }
        if isTotals(record) {
            if !lines.isEmpty { totalsLine = record.line }
            return
        }
        // Nobody knows what totals in between are of, nor the rows below them.
        if let line = totalsLine {
            problems.add(.totalsInBetween(line: line))
            totalsLine = nil
        }
        let day = try readDay(record)
        if let day {
            let parts = collapsedIndices.map(record.text)
            // A day's total beside its parts would count twice.
            if parts.contains(where: { KnownHeaders.totals.contains(Header($0).letters) }) {
                problems.add(.totalsInBetween(line: record.line))
            }
            let key = RowKey(day: day, parts: parts)
            if let first = lines[key] {
                repeatedDays.add(.repeatedDay(day, first: first, second: record.line))
            } else {
                lines[key] = record.line
            }
        }
        for index in metrics.indices {
            let reading = metrics[index].read(record)
            if let day, reading == nil, !collapsedIndices.isEmpty { incomplete.insert(PointKey(metric: metrics[index].name, day: day)) }
            // Of a table that is refused nothing need be kept.
            guard let reading, let day, problems.isEmpty, repeatedDays.isEmpty else { continue }
            note(reading, of: index, record)
            guard let value = reading.point ?? reading.comma else { continue }
            points.append(DailyPoint(metric: metrics[index].name, day: day, value: value, line: record.line))
        }
    }

    /// `Total` in place of a day; with Universal Analytics, nothing.
    private func isTotals(_ record: FileRecord) -> Bool {
        let range = record.trimmed(dateIndex)
        if range.isEmpty { return format.hasNamelessTotals }
        guard !(0x30...0x39).contains(record.bytes[range.lowerBound]) else { return false }
        return KnownHeaders.totals.contains(Header(record.text(dateIndex)).letters)
    }

    private mutating func note(_ reading: NumberReading, of metric: Int, _ record: FileRecord) {
        func text() -> String { record.text(metrics[metric].index) }
        if let only = reading.only {
            marks.note(only, NumberSample(line: record.line, text: text()))
        } else if reading.point != reading.comma {
            marks.add(UndecidedNumber(point: points.count, metric: metric, reading: reading, line: record.line, text: text()))
        }
    }

    /// Reads what had two readings, now that all is known that tells.
    private mutating func settleDecimals() throws(TableError) {
        let told = try marks.told()
        if let told, let said = options.decimals, told.mark != said { throw .otherDecimals(said, told.by) }
        for number in marks.undecided {
            guard let mark = told?.mark ?? usualMark, let value = number.reading[mark] else {
                metrics[number.metric].refuse(number)
                continue
            }
            let point = points[number.point]
            points[number.point] = DailyPoint(metric: point.metric, day: point.day, value: value, line: point.line)
        }
    }

    /// Whether a record has as many fields, and a day where it belongs.
    func wouldTake(_ record: FileRecord) -> Bool {
        record.fields.count == columns.count && readForm(record)?.day != nil
    }

    private func readForm(_ record: FileRecord) -> (form: DateForm, day: Day?)? {
        let cell = record.bytes.span.extracting(record.trimmed(dateIndex))
        guard let firstDay else { return DateForm.read(cell, hasShortYears: format.hasShortYears) }
        guard (1...5).contains(cell.count) else { return nil }
        var days = 0
        for index in 0..<cell.count {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(cell[index]) else { return nil }
            days = days * 10 + Int(cell[index] - UInt8(ascii: "0"))
        }
        return (.nthDay, firstDay.adding(days: days))
    }

    private mutating func readDay(_ record: FileRecord) throws(TableError) -> Day? {
        let range = record.trimmed(dateIndex)
        let read = inOrder(readForm(record))
        if let day = read?.day, let form = read?.form, form == dateForm?.form { return day }

        let text = record.text(dateIndex)
        let column = columns[dateIndex].header
        guard let read else {
            let reason: BadCell.Reason = range.isEmpty ? .noDate : .notADate(expected: dateForm?.form)
            problems.add(.cell(BadCell(line: record.line, column: column, text: text, reason: reason)))
            return nil
        }
        let sample = DateSample(form: read.form, line: record.line, text: text)
        if dateForm?.form == .eitherFirst, [.monthFirst, .dayFirst].contains(read.form) {
            decide(sample)
        } else if let dateForm, dateForm.form != read.form {
            throw .mixedDates(dateForm, sample)
        }
        dateForm = dateForm ?? sample
        if read.day == nil {
            problems.add(.cell(BadCell(line: record.line, column: column, text: text, reason: .noSuchDay(read.form))))
        }
        return read.day
    }

    /// A date of two readings in the order that was told or found, and one that contradicts what was told as no day.
    private func inOrder(_ read: (form: DateForm, day: Day?)?) -> (form: DateForm, day: Day?)? {
        guard let read else { return nil }
        if let order = options.dates { return order.settle(read) }
        guard read.form == .eitherFirst, let order = DateOrder.allCases.first(where: { $0.form == dateForm?.form }) else { return read }
        return order.settle(read)
    }

    /// The first date with one reading only says how those before it are read.
    private mutating func decide(_ sample: DateSample) {
        dateForm = sample
        guard sample.form == .dayFirst else { return }
        func other(_ day: Day) -> Day { day.inOtherOrder ?? day }
        lines = Dictionary(lines.map { (RowKey(day: other($0.day), parts: $0.parts), $1) }) { $1 }
        points = points.map { DailyPoint(metric: $0.metric, day: other($0.day), value: $0.value, line: $0.line) }
        incomplete = Set(incomplete.map { PointKey(metric: $0.metric, day: other($0.day)) })
        repeatedDays.mapDays(other)
    }

    /// The table, if there is nothing wrong with it.
    mutating func table() throws(TableError) -> DailyTable {
        try settleDecimals()
        try throwProblems()
        try settleDates()
        guard let dateForm, let first = lines.keys.map(\.day).min(), let last = lines.keys.map(\.day).max() else { throw .noRows }
        guard !points.isEmpty else { throw .noValues }
        return DailyTable(
            columns: columns,
            dateForm: dateForm.form,
            days: first...last,
            dayCount: collapsedIndices.isEmpty ? lines.count : Set(lines.keys.map(\.day)).count,
            metrics: metrics.map { DailyTable.Metric(name: $0.name, count: $0.count, missing: $0.missing) },
            points: collapsedIndices.isEmpty ? points : points.addedUp.filter { !incomplete.contains($0.key) }
        )
    }

    /// Dates that no other date settled: by the period that the export says it is of, if only one order keeps to it.
    private mutating func settleDates() throws(TableError) {
        guard let sample = dateForm, sample.form == .eitherFirst, lines.keys.contains(where: { $0.day.month != $0.day.day }) else { return }
        let days = lines.keys.map(\.day)
        let fits = [DateForm.monthFirst, .dayFirst].filter { form in
            days.allSatisfy { day in (form == .monthFirst ? day : day.inOtherOrder).map { period?.contains($0) == true } ?? false }
        }
        guard fits.count == 1 else { throw .datesOfTwoOrders(sample) }
        decide(DateSample(form: fits[0], line: sample.line, text: sample.text))
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
