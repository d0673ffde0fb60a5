// What tables of one file must agree on, each in order by itself.

import Domain

extension [FileTable] {
    /// One metric by two names, each in a table of its own, is two numbers or one: `Facebook reach` and `Instagram reach`.
    var withoutMixtures: [FileTable] {
        guard count > 1 else { return self }
        var names: [MetricName: [String]] = [:]
        func columns(_ table: FileTable) -> [(metric: MetricName, header: Header)] {
            (table.accepted?.columns ?? []).compactMap { column in
                if case .metric(let name) = column.role { (name, Header(column.header).named(by: table.title)) } else { nil }
            }
        }
        for (metric, header) in flatMap(columns) where names[metric]?.contains(where: { Header($0) == header }) != true {
            names[metric, default: []].append(header.text)
        }
        return map { table in
            for (metric, _) in columns(table) {
                guard let headers = names[metric], headers.count > 1 else { continue }
                return table.refused(.sameMetric(metric, headers: headers))
            }
            return table
        }
    }

    /// Two tables may tell the same point, but not two values of it: then none of them can be believed.
    var withoutContradictions: [FileTable] {
        guard count > 1 else { return self }
        var told: [PointKey: DailyPoint] = [:]
        var contradicted: [PointKey: Int] = [:]
        for point in compactMap(\.accepted).flatMap(\.points) {
            guard let before = told[point.key] else {
                told[point.key] = point
                continue
            }
            if before.value != point.value, contradicted[point.key] == nil { contradicted[point.key] = point.line }
        }
        if contradicted.isEmpty { return self }
        return map { table in
            guard let point = table.accepted?.points.first(where: { contradicted[$0.key] != nil }),
                let first = told[point.key]?.line, let other = contradicted[point.key]
            else { return table }
            return table.refused(.contradiction(point.metric, point.day, line: point.line, other: point.line == first ? other : first))
        }
    }
}
