// An answer as rows: for spreadsheets, and for a terminal.
import Domain

extension QueryAnswer {
    /// A row for each result or, where there is a series, for each of its pieces.
    package var table: (header: [String], rows: [[String]]) {
        let groups = query.groups.map(\.rawValue)
        var header = ["metric"] + groups + ["unit", "from", "to", "value", "status", "reason", "daily_average"]
        if query.comparisonDays != nil {
            header += ["comparison_from", "comparison_to", "comparison_value", "comparison_status", "change", "change_reason"]
        }
        return (header, results.flatMap { $0.rows(query) })
    }

    /// RFC 4180 with a header, and lines that end as PostgreSQL's own do. A value that is not there is empty, never zero.
    package var csv: String {
        let (header, rows) = table
        let declared = results.flatMap { Array(repeating: $0.isDeclared, count: $0.series?.count ?? 1) }
        let whole = zip(rows, declared).map { row, isDeclared in row + [isDeclared ? "true" : "false"] }
        return ([header + ["declared"]] + whole).map { CSVText.line($0.map(\.harmless)) }.joined()
    }
}

extension MetricResult {
    fileprivate func rows(_ query: ResolvedQuery) -> [[String]] {
        guard let series else { return [row(query, days: query.days, value, before: query.comparisonDays, comparison)] }
        return series.enumerated().map { index, piece in
            // Piece by piece, as far as both periods have one.
            let other = comparisonSeries.flatMap { index < $0.count ? $0[index] : nil }
            let change = other.map { other in
                // At the ends of a period pieces may be shorter than their neighbours; whole ones are alike.
                let areWhole = query.interval.map { $0.isWhole(piece.days) && $0.isWhole(other.days) } ?? false
                let obstacle = metric.obstacle(piece.days, other.days, today: query.today, areAlike: areWhole)
                return Change(from: other.value, to: piece.value, obstacle: obstacle)
            }
            return row(query, days: piece.days, piece.value, before: other?.days, change)
        }
    }

    private func row(_ query: ResolvedQuery, days: Days, _ value: Value, before: Days?, _ change: Change?) -> [String] {
        var row = [metric.name.text] + query.groups.map { group[$0] ?? "" }
        row += [metric.unit.text, days.lowerBound.description, days.upperBound.description, value.number?.text ?? ""]
        row += [value.status.rawValue, value.reason?.rawValue ?? "", value.dailyAverage?.text ?? ""]
        guard query.comparisonDays != nil else { return row }
        row += [before?.lowerBound.description ?? "", before?.upperBound.description ?? ""]
        row += [change?.value.number?.text ?? "", change?.value.status.rawValue ?? ""]
        return row + [change?.change?.text ?? "", change?.reason?.rawValue ?? ""]
    }
}

extension String {
    /// What a spreadsheet would take for a formula is kept from being one.
    fileprivate var harmless: String {
        let looksLikeOne = first.map { "=+-@\t\r".contains($0) } ?? false
        return looksLikeOne && ExactDecimal(self) == nil ? "'" + self : self
    }
}
