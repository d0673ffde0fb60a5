// A file of tables, with whatever a user may say about it.
import Connectors
import Domain

enum Tables {
    static func run(_ input: Input) {
        let (options, isNDJSON) = options(of: input)
        let whole = Outcome([input.body], options, isNDJSON)
        requireSame(whole, Outcome(input.pieces(of: input.body), options, isNDJSON), "a file")
    }

    static func options(of input: Input) -> (TableOptions, isNDJSON: Bool?) {
        var choices = input.options
        var options = TableOptions(
            map: choices.one(of: maps),
            dates: choices.one(of: [nil] + DateOrder.allCases),
            decimals: choices.one(of: [nil] + DecimalMark.allCases),
            currency: choices.one(of: [nil, "EUR"]),
            collapse: choices.one(of: [.none, CollapsedColumns(["device"]), CollapsedColumns(["Channel", "device"])]),
            format: choices.one(of: [nil] + FileFormat.all),
            source: choices.one(of: [nil, "ga4"])
        )
        options.layout = choices.one(of: [nil, .wide, .long])
        return (options, choices.one(of: [nil, true, false]))
    }

    private static let pairs = [[], ["device="], ["visits=sessions", "Tag=date"], ["Primary=ad_spend.EUR", "date=", "x=-"]]
    private static let maps: [HeaderMap] = pairs.map { pairs in
        do throws(HeaderMapError) { return try HeaderMap(pairs) } catch { fatalError(error.description) }
    }

    /// All that comes of a file, to be compared.
    struct Outcome: Equatable {
        private struct Table: Equatable {
            let place: String
            let refusal: String?
            let columns: [TableColumn]
            let dateForm: DateForm?
            let days: ClosedRange<Day>?
            let dayCount: Int?
            let metrics: [DailyTable.Metric]
            let points: [DailyPoint]
        }

        private var tables: [Table] = []
        private var points: [SourcedPoint] = []
        private var refusal: String?
        private var rows = 0

        init(_ chunks: [[UInt8]], _ options: TableOptions, _ isNDJSON: Bool?) {
            var reader = DailyFileReader(options, isNDJSON: isNDJSON)
            do throws(FileError) {
                for chunk in chunks {
                    try reader.feed(chunk)
                    points += reader.takePoints()
                }
                let read = try reader.finish()
                points += reader.takePoints()
                require(!read.isEmpty, "no table at all")
                tables = read.withSources.map(Self.table)
                // What is refused takes them back.
                if read.first?.accepted == nil { points = [] }
                check(read, options)
            } catch {
                (refusal, points) = (error.description, [])
            }
            rows = reader.rowCount
        }

        private static func table(_ table: FileTable) -> Table {
            let (refusal, accepted): (String?, DailyTable?) =
                switch table.result {
                case .success(let accepted): (nil, accepted)
                case .failure(let error): (error.description, nil)
                }
            return Table(
                place: "\(table.line) \(table.title ?? "-") \(table.format.name) \(table.source?.text ?? "-")",
                refusal: refusal,
                columns: accepted?.columns ?? [],
                dateForm: accepted?.dateForm,
                days: accepted?.days,
                dayCount: accepted?.dayCount,
                metrics: accepted?.metrics ?? [],
                points: accepted?.points ?? []
            )
        }

        private func check(_ tables: [FileTable], _ options: TableOptions) {
            for point in points { point.check() }
            for (index, table) in tables.enumerated() {
                guard let table = table.accepted else { continue }
                for point in table.points { point.check() }
                let all = index == 0 ? points.map(\.point) + table.points : table.points
                require(all.allSatisfy { table.days.contains($0.day) }, "a point outside of \(table.days)")
                require(Set(table.points.map(\.key)).count == table.points.count, "a table tells a point twice")
                let counted = table.metrics.reduce(0) { $0 + $1.count }
                let isCollapsed = table.columns.contains { $0.role == .collapsed }
                require(isCollapsed ? all.count <= counted : all.count == counted, "\(all.count) points, \(counted) counted")
            }
        }
    }
}
