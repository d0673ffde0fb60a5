// Rows as bytes: CSV, or a JSON object per line.
import Domain

/// A column that goes out.
package struct ExportColumn: Sendable {
    package enum Kind: Sendable {
        case text, number, json
    }

    package let name: String
    package let kind: Kind

    init(name: String) {
        self.name = name
        kind =
            switch name {
            case "value", "presence": .number
            case "meta": .json
            default: .text
            }
    }
}

package enum ExportFormat: String, Sendable, CaseIterable {
    /// RFC 4180 with a header. Fields stand as they are: a spreadsheet may take one for a formula, another program must get what was there.
    case csv
    /// A JSON object per line.
    case ndjson

    package func header(_ columns: [ExportColumn]) -> String {
        switch self {
        case .csv: CSVText.line(columns.map(\.name))
        case .ndjson: ""
        }
    }

    package func lines(_ rows: [[String?]], _ columns: [ExportColumn]) -> String {
        rows.map { row in
            switch self {
            case .csv: CSVText.line(row.map { $0 ?? "" })
            case .ndjson: JSON.object(zip(columns, row).map { .init($0.name, Self.json($1, $0.kind)) }).description + "\n"
            }
        }.joined()
    }

    private static func json(_ text: String?, _ kind: ExportColumn.Kind) -> JSON {
        guard let text else { return .null }
        switch kind {
        case .text: return .string(text)
        case .number: return ExactDecimal(text).map { .number($0) } ?? .string(text)
        case .json:
            do throws(JSONError) { return try JSON(reading: Array(text.utf8)) } catch { return .string(text) }
        }
    }
}
