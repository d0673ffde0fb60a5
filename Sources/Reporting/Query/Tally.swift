// What PostgreSQL summed up for one metric, group and stretch of days.
import Domain
import Postgres
import Storage

/// Which number it is about.
struct TallyKey: Hashable {
    let metric: MetricName
    let group: GroupKey
    let isComparison: Bool
    /// The first day of a piece of a series; nil for the whole period.
    let piece: Day?
}

/// One number's ingredients.
struct Tally {
    /// Accounts with points, and how many points they have together.
    var accounts: Int
    var points: Int
    var sums: Sums

    enum Sums {
        /// The sum of all values; the sum of each account's newest one where that is wanted, and the newest day.
        case values(total: ExactDecimal, newest: ExactDecimal?, newestDay: Day)
        /// Sums where both are known; how many points have a ratio and nothing to weigh it by, and their sum.
        case ratios(numerator: ExactDecimal?, denominator: ExactDecimal?, unweighted: Int, unweightedSum: ExactDecimal?)
    }
}

extension TallyKey {
    /// The first five columns of any row of `PointsSQL`.
    init(row: Row) throws(PostgresError) {
        self.init(
            metric: try row.get(0),
            group: GroupKey(source: try row.get(1), account: try row.get(2)),
            isComparison: try row.get(3, as: Int.self) == 1,
            piece: try row.get(4)
        )
    }
}

extension Tally {
    /// A row of `PointsSQL.tallies`.
    static func values(_ row: Row) throws(PostgresError) -> Tally {
        let sums = Sums.values(total: try row.get(7), newest: try row.get(8), newestDay: try row.get(9))
        return Tally(accounts: try row.get(5), points: try row.get(6), sums: sums)
    }

    /// A row of `PointsSQL.ratios`.
    static func ratios(_ row: Row) throws(PostgresError) -> Tally {
        let sums = Sums.ratios(
            numerator: try row.get(7),
            denominator: try row.get(8),
            unweighted: try row.get(9),
            unweightedSum: try row.get(10)
        )
        return Tally(accounts: try row.get(5), points: try row.get(6), sums: sums)
    }
}
