// All metrics that are declared: ours, and those of the house that runs this.

package struct Vocabulary: Sendable {
    private var metrics: [MetricName: Metric]

    /// The built-in metrics and those declared beside them. A declaration never replaces a built-in one.
    package init(declared: [Metric] = []) {
        metrics = Dictionary(declared.map { ($0.name, $0) }) { $1 }
        for metric in Self.builtIn { metrics[metric.name] = metric }
        // Counts of people over longer windows never add, whoever declared the metric itself.
        for metric in metrics.values {
            guard case .unique(let windows) = metric.aggregation else { continue }
            for (days, name) in windows where metrics[name] == nil { metrics[name] = metric.window(name, days: days) }
        }
    }

    package var all: [Metric] { metrics.values.sorted { $0.name.text < $1.name.text } }

    package static func isBuiltIn(_ name: MetricName) -> Bool {
        builtIn.contains { $0.name == name } || money(name) != nil
    }

    /// Nil for a metric that nobody declared.
    package subscript(name: MetricName) -> Metric? { metrics[name] ?? Self.money(name) }

    /// What is asked for as one metric and answered per currency: `ad_spend.EUR` and its like. Currencies never add.
    package static let perCurrency: MetricName = "ad_spend"

    /// Whether it is `perCurrency` in some currency.
    package static func isCurrency(_ name: MetricName) -> Bool { money(name) != nil }

    private static func money(_ name: MetricName) -> Metric? {
        let parts = name.text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == perCurrency.text, parts[1].utf8.count == 3, parts[1].utf8.allSatisfy(Byte.upperCase.contains)
        else { return nil }
        return adSpend(name, currency: String(parts[1]))
    }

    static func adSpend(_ name: MetricName, currency: String?) -> Metric {
        Metric(
            name: name,
            label: currency.map { "Ad spend (\($0))" } ?? "Ad spend",
            unit: .money(currency: currency),
            aggregation: .sum,
            direction: .neutral,
            settlingDays: 28,
            fields: [ProviderField("meta_ads", "spend"), ProviderField("google_ads", "metrics.cost_micros")],
            note: currency == nil ? "Answered once per currency: ad_spend.EUR and ad_spend.USD never add." : nil
        )
    }
}

extension Metric {
    fileprivate func window(_ name: MetricName, days: Int) -> Metric {
        Metric(
            name: name,
            label: "\(label) over \(days) days",
            unit: unit,
            aggregation: .last(accountsAdd: false),
            direction: direction,
            settlingDays: settlingDays
        )
    }
}
