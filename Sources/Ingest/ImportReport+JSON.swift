// The report as programs read it, on the command line and over HTTP.
import Connectors
package import Domain
import Storage

extension ImportReport {
    package var json: JSON {
        var members: [JSON.Member] = [
            .init("import_id", isDryRun ? .null : .string(importID.description)),
            .init("dry_run", .bool(isDryRun)),
            .init("complete", .bool(isWhole)),
            .init("points", .integer(posting.points)),
            .init("entries", .integer(posting.entries)),
            .init("new", .integer(posting.new)),
            .init("restated", .integer(posting.restated)),
            .init("unchanged", .integer(posting.unchanged)),
            .init("withdrawn", .integer(posting.withdrawn)),
            .init("metrics", .array(posting.metrics.map(\.json))),
        ]
        if !isStream {
            members.append(.init("tables", .array(tables.map(\.json))))
            members.append(
                .init("left_out", .array(leftOut.map { ["column": .string($0.header), "reason": .string($0.reason)] }))
            )
        } else {
            members.append(.init("streams", .array(streams.map(\.json))))
            members.append(.init("quarantined", .integer(quarantined)))
            members.append(.init("records", .array(records.map(\.json))))
            members.append(.init("state", state.map { .encoded($0) } ?? .null))
        }
        return .object(members)
    }

    /// Columns that became no metric.
    package var leftOut: [(header: String, reason: String)] {
        tables.compactMap(\.accepted).flatMap { table in
            table.columns.compactMap { column in
                switch column.role {
                case .leftOut(let reason): reason == .unused ? nil : (column.header, reason.description)
                case .metric(let name) where table.metrics.contains { $0.name == name && $0.count == 0 }:
                    (column.header, "no value on any day")
                case .metric, .date, .collapsed: nil
                }
            }
        }
    }
}

extension FileTable {
    package var json: JSON {
        [
            "line": .integer(line),
            "title": .optional(title),
            "format": .string(format.name),
            "source": .optional(source?.text),
            "from": .optional(accepted?.days.lowerBound.description),
            "to": .optional(accepted?.days.upperBound.description),
            "columns": .array(accepted?.columns.map { ["header": .string($0.header), "is": .string($0.role.description)] } ?? []),
            "metrics": .array(accepted?.metrics.filter { $0.count > 0 }.map { .string($0.name.text) } ?? []),
            "refused": .optional(refusal?.reason.description),
        ]
    }
}

extension PostingReport.Metric {
    fileprivate var json: JSON {
        [
            "metric": .string(name.description),
            "source": .string(account.source.text),
            "account": .string(account.ref.text),
            "points": .integer(points),
            "from": .string(days.lowerBound.description),
            "to": .string(days.upperBound.description),
            "sum": .number(sum),
            "new": .integer(new),
            "restated": .integer(restated),
            "unchanged": .integer(unchanged),
            "withdrawn": .integer(withdrawn),
        ]
    }
}

extension StreamReport {
    fileprivate var json: JSON {
        [
            "stream": .string(name), "records": .integer(records), "points": .integer(points), "skipped": .optional(skipped),
        ]
    }
}
