// What an import did, for people and for programs.
import Connectors
import Domain
import Ingest
import Storage

extension ImportReport {
    var text: String {
        var lines = posting.metrics.map { metric in
            "\(metric.name): \(metric.points) days \(metric.days.lowerBound)..\(metric.days.upperBound), sum \(metric.sum); "
                + "\(metric.new) new, \(metric.restated) restated, \(metric.unchanged) unchanged"
        }
        lines += leftOut.map { "left out: \($0.header) (\($0.reason))" }
        lines += tables.compactMap(\.refusal).map { "refused: \($0.place): \($0.reason)" }
        let verb = isDryRun ? "Would post" : "Posted"
        lines.append("\(verb) \(posting.entries) entries for \(posting.points) points.")
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        [
            "import_id": isDryRun ? .null : .string(importID.description),
            "dry_run": .bool(isDryRun),
            "points": .integer(posting.points),
            "entries": .integer(posting.entries),
            "new": .integer(posting.new),
            "restated": .integer(posting.restated),
            "unchanged": .integer(posting.unchanged),
            "metrics": .array(posting.metrics.map(\.json)),
            "tables": .array(tables.map(\.json)),
            "left_out": .array(leftOut.map { ["column": .string($0.header), "reason": .string($0.reason)] }),
        ]
    }

    private var leftOut: [(header: String, reason: String)] {
        tables.compactMap(\.accepted).flatMap { table in
            table.columns.compactMap { column in
                switch column.role {
                case .leftOut(let reason): (column.header, reason.description)
                case .metric(let name) where table.metrics.contains { $0.name == name && $0.count == 0 }:
                    (column.header, "no value on any day")
                case .metric, .date: nil
                }
            }
        }
    }
}

extension FileTable {
    fileprivate var json: JSON {
        [
            "line": .integer(line),
            "title": .optional(title),
            "from": .optional(accepted?.days.lowerBound.description),
            "to": .optional(accepted?.days.upperBound.description),
            "metrics": .array(accepted?.metrics.filter { $0.count > 0 }.map { .string($0.name.text) } ?? []),
            "refused": .optional(refusal?.reason.description),
        ]
    }
}

extension PostingReport.Metric {
    fileprivate var json: JSON {
        [
            "metric": .string(name.description),
            "points": .integer(points),
            "from": .string(days.lowerBound.description),
            "to": .string(days.upperBound.description),
            "sum": .number(sum),
            "new": .integer(new),
            "restated": .integer(restated),
            "unchanged": .integer(unchanged),
        ]
    }
}
