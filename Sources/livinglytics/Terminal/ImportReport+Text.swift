// What an import did, for people.
import Connectors
import Domain
import Ingest
import Storage

extension ImportReport {
    var text: String {
        var lines: [String] = []
        if isDryRun { lines += tables.compactMap(\.summary) }
        let isOfOne = Set(posting.metrics.map(\.account)).count <= 1
        lines += posting.metrics.map { metric in
            let withdrawn = metric.withdrawn > 0 ? ", \(metric.withdrawn) withdrawn" : ""
            return (isOfOne && metric.account.ref.text.isEmpty ? "" : "\(metric.account) ")
                + "\(metric.name): \(metric.points) days \(metric.days.lowerBound)..\(metric.days.upperBound), sum \(metric.sum); "
                + "\(metric.new) new, \(metric.restated) restated, \(metric.unchanged) unchanged" + withdrawn
        }
        lines += leftOut.map { "left out: \($0.header) (\($0.reason))" }
        lines += tables.compactMap(\.refusal).map { "refused: \($0.place): \($0.reason)" }
        lines += streams.map { stream in
            "stream \(stream.name): \(stream.records) records"
                + (stream.skipped.map { ", passed over: \($0)" } ?? ", \(stream.points) values")
        }
        lines += records.map { "quarantined: line \($0.line): \($0.reason)" }
        if quarantined > records.count { lines.append("and \(quarantined - records.count) more") }
        let verb = isDryRun ? "Would post" : "Posted"
        lines.append("\(verb) \(posting.entries) entries for \(posting.points) points.")
        return lines.joined(separator: "\n")
    }

    /// What did not go in.
    var shortfall: String {
        if quarantined > 0 {
            return "\(quarantined) \(quarantined == 1 ? "record was" : "records were") quarantined: `livinglytics imports show \(importID)`"
        }
        return "\(refused) of \(tables.count) tables \(refused == 1 ? "was" : "were") refused"
    }
}

extension FileTable {
    /// What an accepted table was taken for, and what becomes of its columns.
    fileprivate var summary: String? {
        guard let accepted else { return nil }
        let columns = accepted.columns.compactMap { column -> String? in
            switch column.role {
            case .metric(let name) where name.text != column.header: "\(column.header.quoted) is \(name)"
            case .metric(let name): name.text
            case .collapsed: "\(column.header.quoted) is added up"
            case .date, .leftOut: nil
            }
        }
        let names = columns.isEmpty ? accepted.metrics.map(\.name.text) : columns
        return
            "\(place): \(format.label), from \(source.map(\.text) ?? "several sources"); days as \(accepted.dateForm); \(names.joined(separator: ", "))"
    }
}
