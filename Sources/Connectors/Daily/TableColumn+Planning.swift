// From the headers of a table to what each column is.

import Domain

extension TableColumn {
    /// Decides on every column, or says why that can't be done.
    /// - Parameter title: what stands above the table, for a column that is called after it.
    static func plan(_ texts: [String], title: String?, map: HeaderMap) throws(TableError) -> [TableColumn] {
        let headers = texts.map(Header.init)
        try check(headers)

        let date = try dateHeader(headers, map: map)
        let isSearchConsole = KnownHeaders.isSearchConsole(headers)
        var columns: [TableColumn] = []
        for header in headers {
            let role: Role
            if header == date {
                role = .date
            } else if let target = map.targets[header.named(by: title)] ?? map.targets[header] {
                role = Role(target)
            } else if header.text.isEmpty {
                role = .leftOut(.empty)
            } else if KnownHeaders.isWindow(header) {
                throw .window(header.text)
            } else if let name = KnownHeaders.metric(for: header, inSearchConsole: isSearchConsole, title: title) {
                role = .metric(name)
            } else {
                throw .unnamable(header.text)
            }
            columns.append(TableColumn(header: header.text, role: role))
        }
        try checkMetrics(columns)
        return withoutDerived(columns)
    }

    private static func check(_ headers: [Header]) throws(TableError) {
        var positions: [Header: Int] = [:]
        for (index, header) in headers.enumerated() where !header.text.isEmpty {
            if let first = positions.updateValue(index, forKey: header) {
                throw .duplicateHeader(header.text, columns: first + 1, index + 1)
            }
        }
    }

    /// The one column of days: the one that the user named, else the one that is called so.
    private static func dateHeader(_ headers: [Header], map: HeaderMap) throws(TableError) -> Header {
        let named = headers.filter { map.targets[$0] == .date }
        let dates = named.isEmpty ? headers.filter { map.targets[$0] == nil && KnownHeaders.dates.contains($0.letters) } : named
        if dates.count > 1 { throw .severalDateColumns(dates.map(\.text)) }
        guard let date = dates.first else { throw .noDateColumn(headers: headers.map(\.text)) }
        return date
    }

    private static func checkMetrics(_ columns: [TableColumn]) throws(TableError) {
        var sources: [MetricName: [String]] = [:]
        for column in columns {
            if case .metric(let name) = column.role { sources[name, default: []].append(column.header) }
        }
        if sources.isEmpty { throw .noMetrics(headers: columns.map(\.header)) }
        for column in columns {
            guard case .metric(let name) = column.role, let same = sources[name], same.count > 1 else { continue }
            throw .sameMetric(name, headers: same)
        }
    }

    private static func withoutDerived(_ columns: [TableColumn]) -> [TableColumn] {
        let roles = Set(columns.map(\.role))
        return columns.map { column in
            guard case .metric(let name) = column.role, let parts = KnownHeaders.ratios[name],
                parts.allSatisfy({ roles.contains(.metric($0)) })
            else { return column }
            return TableColumn(header: column.header, role: .leftOut(.derived(from: parts)))
        }
    }
}

extension TableColumn.Role {
    fileprivate init(_ target: HeaderMap.Target) {
        switch target {
        case .date: self = .date
        case .metric(let name): self = .metric(name)
        case .leftOut: self = .leftOut(.asked)
        }
    }
}
