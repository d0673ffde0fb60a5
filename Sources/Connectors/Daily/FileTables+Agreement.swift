// What tables of one file must agree on, each in order by itself.

import Domain

extension [FileTable] {
    /// A ratio follows from its parts wherever in the file they stand.
    var withoutDerived: [FileTable] {
        guard count > 1 else { return self }
        func names(_ table: FileTable) -> Set<MetricName> { Set(table.accepted?.metrics.filter { $0.count > 0 }.map(\.name) ?? []) }
        let all = reduce(into: [SourceName?: Set<MetricName>]()) { all, table in all[table.source, default: []].formUnion(names(table)) }
        return map { table in
            guard let accepted = table.accepted else { return table }
            let derived = KnownHeaders.ratios.filter { ratio, parts in
                names(table).contains(ratio) && parts.allSatisfy { all[table.source]?.contains($0) == true }
            }
            return derived.isEmpty ? table : table.with(.success(accepted.without(derived)))
        }
    }

    /// One metric by two names, each in a table of its own, is two numbers or one: `Facebook reach` and `Instagram reach`.
    var withoutMixtures: [FileTable] {
        guard count > 1 else { return self }
        var names: [SourcedMetric: [String]] = [:]
        func columns(_ table: FileTable) -> [(metric: MetricName, header: Header)] {
            (table.accepted?.columns ?? []).compactMap { column in
                if case .metric(let name) = column.role { (name, Header(column.header).named(by: table.title)) } else { nil }
            }
        }
        for table in self {
            for (metric, header) in columns(table) {
                let key = SourcedMetric(source: table.source, metric: metric)
                if names[key]?.contains(where: { Header($0) == header }) != true { names[key, default: []].append(header.text) }
            }
        }
        return map { table in
            for (metric, _) in columns(table) {
                guard let headers = names[SourcedMetric(source: table.source, metric: metric)], headers.count > 1 else { continue }
                return table.refused(.sameMetric(metric, headers: headers))
            }
            return table
        }
    }

    /// Two tables may tell the same point, but not two values of it: then none of them can be believed.
    var withoutContradictions: [FileTable] {
        guard count > 1 else { return self }
        var told: [SourceName?: [PointKey: DailyPoint]] = [:]
        var contradicted: [SourceName?: [PointKey: Int]] = [:]
        for table in self {
            for point in table.accepted?.points ?? [] {
                guard let before = told[table.source]?[point.key] else {
                    told[table.source, default: [:]][point.key] = point
                    continue
                }
                if before.value != point.value, contradicted[table.source]?[point.key] == nil {
                    contradicted[table.source, default: [:]][point.key] = point.line
                }
            }
        }
        if contradicted.isEmpty { return self }
        return map { table in
            guard let point = table.accepted?.points.first(where: { contradicted[table.source]?[$0.key] != nil }),
                let first = told[table.source]?[point.key]?.line, let other = contradicted[table.source]?[point.key]
            else { return table }
            return table.refused(.contradiction(point.metric, point.day, line: point.line, other: point.line == first ? other : first))
        }
    }

    /// Each table that does not say where its numbers come from is refused.
    package var withSources: [FileTable] {
        map { table in table.source == nil && table.accepted?.points.isEmpty == false ? table.refused(.noSource(title: table.title)) : table
        }
    }
}

private struct SourcedMetric: Hashable {
    let source: SourceName?
    let metric: MetricName
}

extension DailyTable {
    fileprivate func without(_ ratios: [MetricName: [MetricName]]) -> DailyTable {
        DailyTable(
            columns: columns.map { column in
                guard case .metric(let name) = column.role, let parts = ratios[name] else { return column }
                return TableColumn(header: column.header, role: .leftOut(.derived(from: parts)))
            },
            dateForm: dateForm,
            days: days,
            dayCount: dayCount,
            metrics: metrics.filter { ratios[$0.name] == nil },
            points: points.filter { ratios[$0.metric] == nil }
        )
    }
}
