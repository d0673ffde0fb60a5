// From the headers of a table to what each column is.

import Domain

extension TableColumn {
    /// Decides on every column, or says why that can't be done.
    static func plan(_ opening: TableOpening, in format: FileFormat, _ options: TableOptions) throws(TableError) -> [TableColumn] {
        let (headers, title) = (opening.headers, opening.title)
        try check(headers)
        let date = try dateHeader(headers, map: options.map)
        var columns: [TableColumn] = []
        for header in headers {
            let role: Role
            if header == date {
                role = .date
            } else if let target = options.map.targets[header.named(by: title)] ?? options.map.targets[header] {
                role = Role(target)
            } else if header.text.isEmpty {
                role = .leftOut(.empty)
            } else if options.collapse.headers.contains(header) {
                role = .collapsed
            } else if KnownHeaders.isWindow(header) {
                throw .window(header.text)
            } else if let name = KnownHeaders.metric(for: header, in: format, title: title) {
                role = .metric(try Money.name(name, of: format.english(header), currency: options.currency))
            } else {
                throw .unnamable(header.text)
            }
            columns.append(TableColumn(header: header.text, role: role))
        }
        try checkMetrics(columns)
        columns = withoutDerived(columns)
        if columns.contains(where: { $0.role == .collapsed }) { try checkSums(columns) }
        return columns
    }

    /// Users of a phone and users of a desktop are not so many users, and two rates no rate.
    private static func checkSums(_ columns: [TableColumn]) throws(TableError) {
        let known = Vocabulary()
        for column in columns {
            guard case .metric(let name) = column.role else { continue }
            let words = Set(name.text.split(whereSeparator: { $0 == "_" || $0 == "." }).map(String.init))
            let adds = known[name].map { $0.aggregation == .sum } ?? (words.isDisjoint(with: doNotAdd) && !column.header.contains("%"))
            if !adds { throw .cannotCollapse(name, header: column.header) }
        }
    }

    /// Words of names that nobody declared and that speak of people, means, ratios or stocks.
    private static let doNotAdd: Set<String> = [
        "rate", "ratio", "average", "avg", "mean", "median", "per", "percent", "percentage", "ctr", "cpc", "cpm", "rpm", "users", "viewers",
        "visitors",
        "people", "reach", "audience", "accounts", "followers", "subscribers", "position", "rank",
    ]

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
        let dates = named.isEmpty ? headers.filter { map.targets[$0] == nil && KnownHeaders.isDate($0) } : named
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
