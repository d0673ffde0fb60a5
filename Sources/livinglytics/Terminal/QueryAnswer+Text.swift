// An answer for people: a table, and what has to be said about it.
import Domain
import Reporting

extension QueryAnswer {
    var text: String {
        var lines = [summary, ""]
        let (header, rows) = table
        lines += TextTable(header: header, rows: rows, numbers: ["value", "comparison_value", "change"]).lines
        let notes = results.compactMap(\.remark)
        if !notes.isEmpty { lines += [""] + notes }
        return lines.joined(separator: "\n")
    }

    private var summary: String {
        let days = "\(query.days.lowerBound) to \(query.days.upperBound)"
        let before = query.comparisonDays.map { ", compared with \($0.lowerBound) to \($0.upperBound)" } ?? ""
        return "\(days)\(before); as known at \(query.asOf)\(query.isFinal ? "" : ", not final")"
    }
}

extension MetricResult {
    /// Why there is no number, and what can be said in its place.
    fileprivate var remark: String? {
        guard let reason = value.reason else { return nil }
        let place = [group.source, group.account].compactMap { $0 }.joined(separator: " ")
        let average = value.dailyAverage.map { " The daily average is \($0)." } ?? ""
        return "\(metric.name)\(place.isEmpty ? "" : " (\(place))"): \(reason.words).\(average)"
    }
}
