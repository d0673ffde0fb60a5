// Why a question has no answer: what is wrong, and with which of its members.
package import Domain

/// Closed: HTTP and the command line switch over all of it.
package enum QueryProblem: Error, Sendable, Hashable {
    case noMetrics
    case tooManyMetrics(Int)
    case repeatedMetric(index: Int, MetricName)
    /// Nobody declared it, and this user has no points of it.
    case unknownMetric(index: Int, MetricName)
    case unknownTimeZone(TimeZoneName)
    case asOfInTheFuture(Moment)
    case noComparison(DateRange)
    case weekdaysOfGivenDays
    case weekdaysWithoutComparison
    case tooManyValues(Int)
    case outsideTheCalendar
    case comparisonOutsideTheCalendar

    /// The member of the question that is wrong, as a path into it.
    package var field: String {
        switch self {
        case .noMetrics, .tooManyMetrics: "metrics"
        case .repeatedMetric(let index, _), .unknownMetric(let index, _): "metrics[\(index)]"
        case .unknownTimeZone: "time_zone"
        case .asOfInTheFuture: "as_of"
        case .noComparison, .comparisonOutsideTheCalendar: "compare"
        case .weekdaysOfGivenDays, .weekdaysWithoutComparison: "match_weekday"
        case .tooManyValues: "interval"
        case .outsideTheCalendar: "date_range"
        }
    }
}

extension QueryProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noMetrics: "name at least one metric"
        case .tooManyMetrics(let count): "\(count) metrics are too many: one question may name \(MetricQuery.mostMetrics)"
        case .repeatedMetric(_, let name): "\(name) is named twice"
        case .unknownMetric(_, let name):
            "nobody declared the metric \(name), and there are no points of it: look at GET /v1/metadata for those there are"
        case .unknownTimeZone(let name): "\(name) is no time zone that PostgreSQL knows: give a name such as Europe/Berlin"
        case .asOfInTheFuture(let moment): "\(moment) has not come yet: what is known then is not known now"
        case .noComparison(let range): "\(range) has no period before it: compare other days, or nothing"
        case .weekdaysOfGivenDays: "days that are given are compared as they are: match_weekday goes with previous_period and previous_year"
        case .weekdaysWithoutComparison: "match_weekday goes with compare"
        case .tooManyValues(let count):
            "the answer would have \(count) values, and at most \(MetricQuery.mostValues) are given: ask for fewer days, metrics or groups, "
                + "or a longer interval"
        case .outsideTheCalendar, .comparisonOutsideTheCalendar: "the days lie outside of the years 1 to 9999"
        }
    }
}
