// A table with a row per metric and day: which column is what.
import Domain

/// `date,metric,value`, and `source` and `account` where there are several.
struct LongColumns: Sendable {
    private(set) var date = 0
    private(set) var metric = 0
    private(set) var value = 0
    private(set) var source: Int?
    private(set) var account: Int?
    let columns: [TableColumn]
    /// What nobody said how to take: it may tell rows apart.
    let unknown: [String]

    /// Nil unless columns of days, metrics and values are there.
    init?(_ headers: [Header], _ options: TableOptions) {
        func index(_ names: Set<String>) -> Int? { headers.firstIndex { names.contains($0.letters) && options.map.targets[$0] == nil } }
        let mapped = headers.firstIndex { options.map.targets[$0] == .date }
        guard let date = mapped ?? headers.firstIndex(where: { KnownHeaders.isDate($0) && options.map.targets[$0] == nil }),
            let metric = index(["metric", "metricname"]), let value = index(["value", "metricvalue"])
        else { return nil }
        (self.date, self.metric, self.value) = (date, metric, value)
        source = index(["source", "sourcename"])
        account = index(["account", "accountref"])
        let used = Set([date, metric, value, source, account].compactMap(\.self))
        columns = headers.enumerated().map { index, header in
            let isAsked = options.map.targets[header] == .leftOut
            return TableColumn(header: header.text, role: index == date ? .date : .leftOut(isAsked ? .asked : .unused))
        }
        unknown = headers.indices.filter { !used.contains($0) && options.map.targets[headers[$0]] != .leftOut && !headers[$0].text.isEmpty }
            .map { headers[$0].text }
    }
}
