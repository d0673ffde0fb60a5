// The rows of a long table: each is a point of its own, ready as soon as it is read, so that a file may be as long as it likes.
package import Domain

/// A point that says where it comes from.
package struct SourcedPoint: Hashable, Sendable {
    /// Nil where the file does not say.
    package let source: SourceName?
    package let account: AccountRef?
    package let point: DailyPoint

    package init(source: SourceName?, account: AccountRef?, point: DailyPoint) {
        (self.source, self.account, self.point) = (source, account, point)
    }
}

/// What a row names, and whether its numbers are percents without saying so, as in `CTR (%)`.
private struct LongMetric {
    let name: MetricName
    let hasPercents: Bool
}

/// Takes the records below the header. A date or number with two readings is refused at once where no option tells: nothing that comes later
/// could change what was handed out already.
struct LongRows: Sendable {
    private let places: LongColumns
    private let usualMark: DecimalMark?
    private let options: TableOptions
    private var dateForm: DateSample?
    /// What separates decimals, by the first number that has them.
    private var mark: (used: DecimalMark, by: NumberSample)?
    /// The names of a map that were met.
    private(set) var mapped: [String] = []
    private var problems = Problems()
    private var ready: [SourcedPoint] = []

    private var count = 0
    private var days: ClosedRange<Day>?
    /// In the order in which they came, with the days that have a value and those that have none.
    private var names: [MetricName] = []
    private var counts: [MetricName: (count: Int, missing: Int)] = [:]

    /// What was read before need not be read again.
    private var metrics: [String: LongMetric] = [:]
    private var sources: [String: SourceName] = [:]
    private var accounts: [String: AccountRef] = [:]

    init(_ columns: LongColumns, hasCommas: Bool, options: TableOptions) throws(TableError) {
        if !columns.unknown.isEmpty { throw .unknownLongColumns(columns.unknown) }
        (places, self.options) = (columns, options)
        usualMark = options.decimals ?? (hasCommas ? .point : nil)
    }

    mutating func read(_ record: FileRecord) throws(TableError) {
        guard record.fields.count == places.columns.count else {
            return try add(.fieldCount(line: record.line, expected: places.columns.count, found: record.fields.count))
        }
        guard let day = try day(record), let metric = try metric(record) else { return }
        let source: SourceName?
        let account: AccountRef?
        do throws(NameError) {
            source = try name(record, places.source, &sources) { text throws(NameError) in try SourceName(text) }
            account = try name(record, places.account, &accounts) { text throws(NameError) in try AccountRef(text) }
        } catch {
            return try add(.badName(line: record.line, error))
        }
        guard let value = try value(record, metric) else { return }
        count += 1
        days = days.map { min($0.lowerBound, day)...max($0.upperBound, day) } ?? day...day
        if problems.isEmpty {
            let point = DailyPoint(metric: metric.name, day: day, value: value, line: record.line)
            ready.append(SourcedPoint(source: source ?? options.source, account: account, point: point))
        }
    }

    mutating func takePoints() -> [SourcedPoint] {
        defer { ready.removeAll(keepingCapacity: true) }
        return ready
    }

    func wouldTake(_ record: FileRecord) -> Bool {
        record.fields.count == places.columns.count && DateForm.read(record.bytes.span.extracting(record.trimmed(places.date)))?.day != nil
    }

    func table() throws(TableError) -> DailyTable {
        if !problems.isEmpty { throw .problems(problems) }
        guard let dateForm else { throw .noRows }
        guard let days else { throw .noValues }
        return DailyTable(
            columns: places.columns,
            dateForm: dateForm.form,
            days: days,
            dayCount: count,
            metrics: names.map { DailyTable.Metric(name: $0, count: counts[$0]?.count ?? 0, missing: counts[$0]?.missing ?? 0) },
            points: []
        )
    }

    /// A list that is full says enough: reading on would only cost.
    private mutating func add(_ problem: TableProblem) throws(TableError) {
        problems.add(problem)
        if problems.count >= Problems.longestList { throw .problems(problems) }
    }

    private mutating func day(_ record: FileRecord) throws(TableError) -> Day? {
        let read = DateForm.read(record.bytes.span.extracting(record.trimmed(places.date)))
        func cell(_ reason: BadCell.Reason) -> TableProblem {
            .cell(BadCell(line: record.line, column: places.columns[places.date].header, text: record.text(places.date), reason: reason))
        }
        guard var read else {
            try add(cell(record.trimmed(places.date).isEmpty ? .noDate : .notADate(expected: dateForm?.form)))
            return nil
        }
        if let order = options.dates { read = order.settle(read) }
        if let day = read.day, dateForm?.form == read.form { return day }
        let sample = DateSample(form: read.form, line: record.line, text: record.text(places.date))
        if read.form == .eitherFirst { throw .datesOfTwoOrders(sample) }
        if let dateForm, dateForm.form != read.form { throw .mixedDates(dateForm, sample) }
        dateForm = dateForm ?? sample
        if read.day == nil { try add(cell(.noSuchDay(read.form))) }
        return read.day
    }

    /// A name of ours as it is, so that what was exported comes back as it was; a header's words otherwise.
    private mutating func metric(_ record: FileRecord) throws(TableError) -> LongMetric? {
        let text = record.text(places.metric)
        if let known = metrics[text] { return known }
        let header = Header(text)
        var found: MetricName?
        if options.map.targets[header] != nil, !mapped.contains(header.text) { mapped.append(header.text) }
        switch options.map.targets[header] {
        case .metric(let name): found = name
        case .leftOut: return nil
        case .date, nil:
            do {
                found = try MetricName(header.text)
            } catch {
                found = header.text.isEmpty ? nil : KnownHeaders.metric(for: header, in: options.format ?? .plain, title: nil)
            }
            found = try found.map { name throws(TableError) in try Money.name(name, of: header, currency: options.currency) }
        }
        guard let found else {
            try add(
                .cell(
                    BadCell(line: record.line, column: places.columns[places.metric].header, text: text, reason: .notAMetric)
                )
            )
            return nil
        }
        if counts[found] == nil {
            names.append(found)
            counts[found] = (0, 0)
        }
        let metric = LongMetric(name: found, hasPercents: text.contains("%"))
        metrics[text] = metric
        return metric
    }

    private func name<Name>(
        _ record: FileRecord,
        _ place: Int?,
        _ known: inout [String: Name],
        _ read: (String) throws(NameError) -> Name
    ) throws(NameError) -> Name? {
        guard let place else { return nil }
        let text = record.text(place)
        if let name = known[text] { return name }
        if text.isEmpty { return nil }
        let name = try read(text)
        known[text] = name
        return name
    }

    private mutating func value(_ record: FileRecord, _ metric: LongMetric) throws(TableError) -> ExactDecimal? {
        func cell(_ reason: BadCell.Reason) -> TableProblem {
            .cell(BadCell(line: record.line, column: places.columns[places.value].header, text: record.text(places.value), reason: reason))
        }
        let reading: NumberReading
        switch CellValue(record.bytes.span.extracting(record.trimmed(places.value))) {
        case .missing:
            counts[metric.name]?.missing += 1
            return nil
        case .notANumber:
            try add(cell(.notANumber))
            return nil
        case .number(let number): reading = metric.hasPercents ? number.map { $0.movingPoint(by: -2) } : number
        case .percent(let number): reading = number
        }
        counts[metric.name]?.count += 1
        if reading.only == nil, reading.point == reading.comma { return reading.point }
        let sample = NumberSample(line: record.line, text: record.text(places.value))
        if let said = options.decimals, let only = reading.only, said != only { throw .otherDecimals(said, sample) }
        guard let used = reading.only ?? mark?.used ?? usualMark, let value = reading[used] else {
            try add(cell(.twoWays))
            return nil
        }
        // A number that tells, or was taken to tell, binds all that come after it.
        if let mark, mark.used != used { throw .mixedDecimals(mark.by, sample) }
        mark = mark ?? (used, sample)
        return value
    }
}
