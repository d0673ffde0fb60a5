// What a metric is: how it is called, counted and added up.

/// A metric as it is declared.
package struct Metric: Sendable, Hashable {
    package let name: MetricName
    /// For people: `Engagement rate`.
    package let label: String
    package let unit: Unit
    package let aggregation: Aggregation
    package let direction: Direction
    /// For how many days after a day its provider may still restate it.
    package let settlingDays: Int
    /// What providers call it.
    package let fields: [ProviderField]
    /// A caveat that belongs beside the number.
    package let note: String?

    package init(
        name: MetricName,
        label: String,
        unit: Unit,
        aggregation: Aggregation,
        direction: Direction = .up,
        settlingDays: Int = 0,
        fields: [ProviderField] = [],
        note: String? = nil
    ) {
        (self.name, self.label, self.unit, self.aggregation) = (name, label, unit, aggregation)
        (self.direction, self.settlingDays, self.fields, self.note) = (direction, settlingDays, fields, note)
    }

    /// A metric that nobody declared adds up, as the brief has it.
    package init(undeclared name: MetricName) {
        self.init(name: name, label: name.text, unit: .count, aggregation: .sum)
    }
}

/// What one of it is.
package enum Unit: Sendable, Hashable {
    case count, people, accounts, seconds, ratio, rank
    /// By its ISO 4217 code; nil where the name holds none.
    case money(currency: String?)

    package var text: String {
        switch self {
        case .count: "count"
        case .people: "people"
        case .accounts: "accounts"
        case .seconds: "seconds"
        case .ratio: "ratio"
        case .rank: "rank"
        case .money(let currency): currency ?? "money"
        }
    }
}

/// Whether more is better.
package enum Direction: String, Sendable, CaseIterable {
    case up, down, neutral
}

/// What a provider calls a metric.
package struct ProviderField: Sendable, Hashable {
    package let provider: String
    package let field: String

    package init(_ provider: String, _ field: String) {
        (self.provider, self.field) = (provider, field)
    }
}

/// What a value over several days, and over several accounts, means.
package enum Aggregation: Sendable, Hashable {
    /// Days and accounts add.
    case sum
    /// The newest day's value, of each account. Over accounts it adds, or means nothing.
    case last(accountsAdd: Bool)
    /// The sum of numerators by the sum of denominators, over days and accounts on which both are known.
    case ratio(of: MetricName, by: MetricName)
    /// A mean of days and accounts, weighted by another metric.
    case weighted(by: MetricName)
    /// People counted once per window: neither days nor accounts add. `windows`: metrics that hold the count of a longer window, by its days.
    case unique(windows: [Int: MetricName])

    package var word: AggregationWord {
        switch self {
        case .sum: .sum
        case .last: .last
        case .ratio: .ratio
        case .weighted: .weighted
        case .unique: .unique
        }
    }

    /// Whether the values of several accounts may be added.
    package var accountsAdd: Bool {
        switch self {
        case .sum, .ratio, .weighted: true
        case .last(let accountsAdd): accountsAdd
        case .unique: false
        }
    }

    /// What a ratio divides.
    package var numerator: MetricName? {
        switch self {
        case .ratio(let numerator, _): numerator
        case .sum, .last, .weighted, .unique: nil
        }
    }

    /// What a ratio is divided by, or a mean weighted by.
    package var denominator: MetricName? {
        switch self {
        case .ratio(_, let denominator): denominator
        case .weighted(let weight): weight
        case .sum, .last, .unique: nil
        }
    }

    /// The metrics that a value is computed from, each of which adds up; none where it has points of its own alone.
    package var summedParts: [MetricName] { [numerator, denominator].compactMap(\.self) }

    /// The other metrics that a value is made of.
    package var parts: [MetricName] {
        switch self {
        case .sum, .last, .ratio, .weighted: summedParts
        case .unique(let windows): windows.sorted { $0.key < $1.key }.map(\.value)
        }
    }
}
