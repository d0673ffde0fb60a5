// Columns under each other.
import Domain

/// A table in text. What came from outside is made harmless to a terminal.
struct TextTable {
    let header: [String]
    let rows: [[String]]
    /// Columns that are aligned to the right.
    let numbers: Set<String>

    var lines: [String] {
        let cells = ([header] + rows).map { $0.map(Self.printable) }
        let widths = header.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { row in
            let padded = zip(row, zip(widths, header)).map { cell, place in
                let padding = String(repeating: " ", count: place.0 - cell.count)
                return numbers.contains(place.1) ? padding + cell : cell + padding
            }
            let line = padded.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    private static func printable(_ text: String) -> String {
        let quoted = text.quoted.dropFirst().dropLast()
        return quoted.contains("\\") ? String(quoted) : text
    }
}
