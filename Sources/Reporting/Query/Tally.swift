// What PostgreSQL summed up for one metric, group and stretch of days.
import Domain
import Postgres
import Storage

/// What is summed up together.
struct TallyKey: Hashable {
    let metric: MetricName
    let group: GroupKey
}

/// One number's ingredients.
struct Tally {
    /// How many points they are made of.
    var points: Int
    var sums: Sums

    enum Sums {
        /// The sum of all values.
        case total(ExactDecimal)
        /// Accounts with points, the sum of all values, the sum of each account's newest one, and the newest day.
        case values(accounts: Int, total: ExactDecimal, newest: ExactDecimal, newestDay: Day)
        /// Accounts of which it is known; sums where both parts are known; how many points have a ratio and nothing to weigh it by, and their sum.
        case ratios(accounts: Int, numerator: ExactDecimal?, denominator: ExactDecimal?, unweighted: Int, unweightedSum: ExactDecimal?)
    }
}

extension Tally {
    /// False for what adds up, of whatever accounts: nobody asks there.
    var isOfOneAccount: Bool {
        switch sums {
        case .total: false
        case .values(let accounts, _, _, _), .ratios(let accounts, _, _, _, _): accounts == 1
        }
    }
}

/// All that was summed up under one key, in one of the two periods.
struct PeriodTally {
    var whole: Tally?
    /// The first days of the pieces, in order, and what there is in each.
    private var days: [Day] = []
    private var tallies: [Tally] = []

    init() {}

    init(whole: Tally, days: [Day], tallies: [Tally]) {
        self.whole = whole
        set(days, tallies)
    }

    /// The piece that begins on a day.
    func piece(from day: Day) -> Tally? {
        var (low, high) = (0, days.count)
        while low < high {
            let middle = (low + high) / 2
            if days[middle] < day { low = middle + 1 } else { high = middle }
        }
        return low < days.count && days[low] == day ? tallies[low] : nil
    }

    /// PostgreSQL gives them in any order, most often in theirs. There are thousands: a search among them is quicker than a dictionary.
    fileprivate mutating func set(_ days: [Day], _ tallies: [Tally]) {
        let isSorted = zip(days, days.dropFirst()).allSatisfy { $0 < $1 }
        let order = isSorted ? nil : days.indices.sorted { days[$0] < days[$1] }
        self.days = order?.map { days[$0] } ?? days
        self.tallies = order?.map { tallies[$0] } ?? tallies
    }
}

/// The keys of an answer by their numbers in SQL.
struct Slots {
    private(set) var keys: [TallyKey] = []
    private var numbers: [TallyKey: Int] = [:]

    init(_ plan: QueryPlan) {
        for metric in plan.measures.map(\.metric) {
            for series in plan.series {
                let group = plan.group(of: series)
                guard metric.parts(include: series.metric) else { continue }
                add(TallyKey(metric: metric.aggregation.isDerived ? metric.name : series.metric, group: group))
            }
        }
    }

    func number(of metric: MetricName, _ group: GroupKey) -> Int { numbers[TallyKey(metric: metric, group: group)] ?? -1 }

    private mutating func add(_ key: TallyKey) {
        guard numbers[key] == nil else { return }
        numbers[key] = keys.count
        keys.append(key)
    }
}

extension Metric {
    /// Whether points of this name make up its numbers: its own, or those of a part.
    fileprivate func parts(include name: MetricName) -> Bool { name == self.name || aggregation.parts.contains(name) }
}

/// All sums of an answer.
struct Tallies {
    private var found: [TallyKey: [PeriodTally]] = [:]

    subscript(metric: MetricName, group: GroupKey, isComparison isComparison: Bool) -> PeriodTally? {
        found[TallyKey(metric: metric, group: group)]?[isComparison ? 1 : 0]
    }

    /// The groups of a metric that have points.
    func groups(of metric: MetricName) -> Set<GroupKey> { Set(found.keys.lazy.filter { $0.metric == metric }.map(\.group)) }

    /// Adds rows of `PointsSQL.sums`.
    mutating func addSums(_ rows: Rows, _ slots: Slots) throws(PostgresError) {
        for row in rows {
            let (slot, period): (Int, Int) = (try row.get(0), try row.get(1))
            let (days, totals): ([Int], [ExactDecimal]) = (try row.get(2), try row.get(4))
            let points = try row.get(3, as: [Int]?.self) ?? Array(repeating: 1, count: days.count)
            guard let firsts = days.mapIfAll(Day.init(daysSince1970:)), firsts.count == points.count, firsts.count == totals.count else {
                throw .decoding(column: 2, expected: "as many days as sums")
            }
            let tallies = zip(points, totals).map { Tally(points: $0, sums: .total($1)) }
            let whole = Tally(points: points.reduce(0, +), sums: .total(ExactDecimal.sum(of: totals)))
            found[slots.keys[slot], default: [PeriodTally(), PeriodTally()]][period] = PeriodTally(
                whole: whole,
                days: firsts,
                tallies: tallies
            )
        }
    }

    /// Adds rows that begin with slot, period and piece.
    mutating func add(_ rows: Rows, _ slots: Slots, _ tally: (Row) throws(PostgresError) -> Tally) throws(PostgresError) {
        var pieces: [TallyKey: [[(Day, Tally)]]] = [:]
        for row in rows {
            let (slot, period): (Int, Int) = (try row.get(0), try row.get(1))
            let (key, piece): (TallyKey, Day?) = (slots.keys[slot], try row.get(2))
            if let piece {
                pieces[key, default: [[], []]][period].append((piece, try tally(row)))
            } else {
                found[key, default: [PeriodTally(), PeriodTally()]][period].whole = try tally(row)
            }
        }
        for (key, pieces) in pieces {
            for period in pieces.indices {
                found[key, default: [PeriodTally(), PeriodTally()]][period].set(pieces[period].map(\.0), pieces[period].map(\.1))
            }
        }
    }
}

extension Array {
    /// Nil if any of them has none.
    fileprivate func mapIfAll<Other>(_ other: (Element) -> Other?) -> [Other]? {
        let others = compactMap(other)
        return others.count == count ? others : nil
    }
}

extension Tally {
    /// A row of `PointsSQL.newest`.
    static func values(_ row: Row) throws(PostgresError) -> Tally {
        let sums = Sums.values(accounts: try row.get(3), total: try row.get(5), newest: try row.get(6), newestDay: try row.get(7))
        return Tally(points: try row.get(4), sums: sums)
    }

    /// A row of `PointsSQL.ratios`.
    static func ratios(_ row: Row) throws(PostgresError) -> Tally {
        let sums = Sums.ratios(
            accounts: try row.get(3),
            numerator: try row.get(5),
            denominator: try row.get(6),
            unweighted: try row.get(7),
            unweightedSum: try row.get(8)
        )
        return Tally(points: try row.get(4), sums: sums)
    }
}
