// A question about metrics, from the body of a request.
import Domain
import Reporting

extension MetricQuery {
    init(_ fields: inout Fields) throws(Problem) {
        let names = try fields.strings("metrics") ?? []
        var metrics: [MetricName] = []
        for (index, name) in names.enumerated() {
            metrics.append(try Problem.naming("metrics[\(index)]", name, MetricName.init(existing:)))
        }
        self.init(
            metrics: metrics,
            range: try Self.range(&fields),
            interval: try fields.word("interval"),
            groups: Set(try fields.words("group_by")),
            comparison: try Self.comparison(&fields),
            matchWeekday: try fields.bool("match_weekday") ?? false,
            asOf: try fields.moment("as_of"),
            timeZone: try Self.timeZone(&fields)
        )
    }

    private static func range(_ fields: inout Fields) throws(Problem) -> DateRange {
        if fields.isArray("date_range") { return .days(try days("date_range", &fields)) }
        let text = try fields.required("date_range")
        do throws(RangeError) { return try DateRange(text) } catch { throw .range(error, "date_range") }
    }

    private static func comparison(_ fields: inout Fields) throws(Problem) -> Comparison? {
        if fields.isArray("compare") { return .days(try days("compare", &fields)) }
        switch try fields.word("compare") as ComparisonWord? {
        case nil: return nil
        case .previousPeriod: return .previousPeriod
        case .previousYear: return .previousYear
        }
    }

    private static func days(_ name: String, _ fields: inout Fields) throws(Problem) -> Days {
        let texts = try fields.strings(name) ?? []
        guard texts.count == 2 else { throw .field(name, .invalidValue, "\(name) must have two days, the first and the last.") }
        do throws(RangeError) { return try Days(from: texts[0], to: texts[1]) } catch { throw .range(error, name) }
    }

    private static func timeZone(_ fields: inout Fields) throws(Problem) -> TimeZoneName {
        guard let text = try fields.string("time_zone") else { return .utc }
        guard let name = TimeZoneName(text) else {
            throw .field("time_zone", .unknownTimeZone, "\(text.quoted) is no time zone: give a name such as Europe/Berlin.")
        }
        return name
    }
}

/// How comparisons are spelled.
private enum ComparisonWord: String, CaseIterable {
    case previousPeriod = "previous_period"
    case previousYear = "previous_year"
}

extension Problem {
    static func range(_ error: RangeError, _ name: String) -> Problem {
        let code: Code =
            switch error {
            case .unknown, .notADay: .invalidDateRange
            case .upsideDown: .dateRangeUpsideDown
            case .tooLong: .dateRangeTooLong
            }
        return .field(name, code, "\(error.description).")
    }
}
