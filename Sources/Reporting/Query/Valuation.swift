// From sums to a number that may be served: each metric's aggregation decides, and says why where there is none.
import Domain

/// What one number is made from.
struct Valuation {
    let aggregation: Aggregation
    /// For how many days after a day the number, or what it is made of, may still be restated.
    let settlingDays: Int
    let days: Days
    let today: Day
    /// How many points there are when none is missing.
    let expectedPoints: Int
    let tally: Tally?
    /// The stored count of people over exactly these days, if there is one.
    let window: ExactDecimal?

    var value: Value {
        if let window, tally.map(\.isOfOneAccount) ?? true {
            return Value(number: window, reason: nil, status: age, dailyAverage: nil)
        }
        guard let tally else { return Value(number: nil, reason: .noPoints, status: .missing, dailyAverage: nil) }
        switch number(tally) {
        case .success(let number): return Value(number: number, reason: nil, status: status(tally), dailyAverage: nil)
        case .failure(let why):
            return Value(number: nil, reason: why.reason, status: status(tally), dailyAverage: why.dailyAverage)
        }
    }

    private struct Refusal: Error {
        let reason: NoNumber
        var dailyAverage: ExactDecimal?
    }

    private func number(_ tally: Tally) -> Result<ExactDecimal, Refusal> {
        switch (aggregation, tally.sums) {
        case (.sum, .total(let total)): return .success(total)
        case (.last(let accountsAdd), .values(_, _, let newest, _)):
            return accountsAdd || tally.isOfOneAccount ? .success(newest) : .failure(Refusal(reason: .accountsDoNotAdd))
        case (.unique, .values(_, let total, _, _)):
            guard tally.isOfOneAccount else { return .failure(Refusal(reason: .accountsDoNotAdd)) }
            if days.length == 1 { return .success(total) }
            return .failure(Refusal(reason: .daysDoNotAdd, dailyAverage: total.divided(by: ExactDecimal(tally.points))))
        case (.ratio, .ratios(_, let numerator, let denominator, let unweighted, let sum)),
            (.weighted, .ratios(_, let numerator, let denominator, let unweighted, let sum)):
            if tally.points == 0 { return .failure(Refusal(reason: .partsMissing)) }
            if unweighted == 1, tally.points == 1, let sum { return .success(sum) }
            guard unweighted == 0, let numerator, let denominator else {
                let average = unweighted == tally.points ? sum?.divided(by: ExactDecimal(unweighted)) : nil
                return .failure(Refusal(reason: .partsMissing, dailyAverage: tally.isOfOneAccount ? average : nil))
            }
            return numerator.divided(by: denominator).map { .success($0) } ?? .failure(Refusal(reason: .zeroDenominator))
        case (.sum, .values), (.sum, .ratios), (.last, .total), (.last, .ratios), (.unique, .total), (.unique, .ratios), (.ratio, .total),
            (.ratio, .values), (.weighted, .total), (.weighted, .values):
            preconditionFailure("\(aggregation) was summed up as what it is not")
        }
    }

    private func status(_ tally: Tally) -> Value.Status {
        tally.points < expectedPoints ? .partial : age
    }

    /// What the days alone say.
    private var age: Value.Status {
        if days.upperBound >= today { return .partial }
        return days.upperBound.distance(to: today) <= settlingDays ? .provisional : .settled
    }
}

extension Change {
    /// - Parameter obstacle: why the two periods can't be compared.
    init(from before: Value, to now: Value, obstacle: NoNumber?) {
        value = before
        guard let old = before.number, let new = now.number, obstacle == nil else {
            change = nil
            reason = obstacle ?? now.reason ?? before.reason
            return
        }
        change = (new - old).divided(by: old.isNegative ? -old : old)
        reason = change == nil ? .zeroBase : nil
    }
}

extension Metric {
    /// Why its values over two stretches of days can't be compared: a sum of more days is larger, and today is not over.
    /// - Parameter areAlike: whether they are taken for equally long all the same.
    func obstacle(_ days: Days, _ before: Days, today: Day, areAlike: Bool) -> NoNumber? {
        if max(days.upperBound, before.upperBound) >= today { return .dayNotOver }
        return aggregation != .sum || days.length == before.length || areAlike ? nil : .lengthsDiffer
    }
}
