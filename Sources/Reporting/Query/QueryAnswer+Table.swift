// An answer as rows: for spreadsheets, and for a terminal.
import Domain

extension QueryAnswer {
    /// A row for each result or, where there is a series, for each of its pieces.
    package var table: (header: [String], rows: [[String]]) {
        let groups = query.groups.map(\.rawValue)
        var header = ["metric"] + groups + ["unit", "from", "to", "value", "status", "reason"]
        if query.comparisonDays != nil { header += ["comparison_from", "comparison_to", "comparison_value", "change"] }
        return (header, results.flatMap { $0.rows(query) })
    }

    /// RFC 4180 with a header, and lines that end as PostgreSQL's own do. A value that is not there is empty, never zero.
    package var csv: String {
        let (header, rows) = table
        return ([header] + rows).map { CSVText.line($0.map(\.harmless)) }.joined()
    }
}

extension MetricResult {
    fileprivate func rows(_ query: ResolvedQuery) -> [[String]] {
        guard let series else { return [row(query, days: query.days, value, before: query.comparisonDays, comparison)] }
        return series.enumerated().map { index, piece in
            // Piece by piece, as far as both periods have one.
            let other = comparisonSeries.flatMap { index < $0.count ? $0[index] : nil }
            let change = other.map { Change(from: $0.value, to: piece.value, includesToday: piece.days.upperBound >= query.today) }
            return row(query, days: piece.days, piece.value, before: other?.days, change)
        }
    }

    private func row(_ query: ResolvedQuery, days: Days, _ value: Value, before: Days?, _ change: Change?) -> [String] {
        var row = [metric.name.text] + query.groups.map { group[$0] ?? "" }
        row += [metric.unit.text, days.lowerBound.description, days.upperBound.description, value.number?.text ?? ""]
        row += [value.status.rawValue, value.reason?.rawValue ?? ""]
        guard query.comparisonDays != nil else { return row }
        row += [before?.lowerBound.description ?? "", before?.upperBound.description ?? ""]
        return row + [change?.value.number?.text ?? "", change?.change?.text ?? ""]
    }
}

extension String {
    /// What a spreadsheet would take for a formula is kept from being one.
    fileprivate var harmless: String {
        first.map { "=+@\t\r".contains($0) } ?? false ? "'" + self : self
    }
}
