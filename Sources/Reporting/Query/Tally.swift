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
    /// By their first days.
    var pieces: [Day: Tally] = [:]
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

    /// Adds rows of a statement, which begin with slot, period and piece.
    mutating func add(_ rows: Rows, _ slots: Slots, _ tally: (Row) throws(PostgresError) -> Tally) throws(PostgresError) {
        // Row by row of one slot and then another: the dictionary is asked per slot.
        var bySlot = slots.keys.map { _ in [PeriodTally(), PeriodTally()] }
        var isFound = slots.keys.map { _ in false }
        for row in rows {
            let (slot, period): (Int, Int) = (try row.get(0), try row.get(1))
            let piece: Day? = try row.get(2)
            let tally = try tally(row)
            isFound[slot] = true
            guard let piece else {
                bySlot[slot][period].whole = tally
                continue
            }
            bySlot[slot][period].pieces[piece] = tally
            // What adds up comes in pieces alone.
            if case .total(let total) = tally.sums { bySlot[slot][period].add(total, points: tally.points) }
        }
        for (slot, key) in slots.keys.enumerated() where isFound[slot] { found[key] = bySlot[slot] }
    }
}

extension PeriodTally {
    fileprivate mutating func add(_ total: ExactDecimal, points: Int) {
        if let whole, case .total(let sum) = whole.sums {
            self.whole = Tally(points: whole.points + points, sums: .total(sum + total))
        } else {
            whole = Tally(points: points, sums: .total(total))
        }
    }
}

extension Tally {
    /// A row of `PointsSQL.sums`.
    static func total(_ row: Row) throws(PostgresError) -> Tally {
        Tally(points: try row.get(3), sums: .total(try row.get(4)))
    }

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
