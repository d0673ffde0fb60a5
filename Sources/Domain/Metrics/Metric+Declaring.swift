// Declaring a metric of one's own: what may be declared, and what speaks against it.

/// Why a metric can't be declared so.
package enum DeclarationError: Error, Sendable, Hashable {
    case builtIn(MetricName)
    case label
    case unit(String)
    case settlingDays(Int)
    case missingPart(String)
    case superfluousPart(String, aggregation: String)
    /// A part must be a metric that adds up, and not the metric itself.
    case partDoesNotAdd(String, MetricName)
    /// Other metrics are made of this one, which must go on adding up.
    case isPartOf(MetricName)
    /// It holds another metric's count of people over a longer window, which never adds.
    case isWindow(of: MetricName)
    /// Money in one currency by money in another.
    case currenciesDiffer

    /// The member of the declaration that is wrong.
    package var field: String {
        switch self {
        case .builtIn: "name"
        case .label: "label"
        case .unit: "unit"
        case .settlingDays: "settling_days"
        case .missingPart(let field), .superfluousPart(let field, _), .partDoesNotAdd(let field, _): field
        case .isPartOf, .isWindow: "aggregation"
        case .currenciesDiffer: "denominator"
        }
    }
}

extension DeclarationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .builtIn(let name): "\(name) is built in and means the same everywhere: declare another name"
        case .label: "a label has 1 to \(Metric.longestLabel) characters, without control characters"
        case .unit(let text):
            "\(text.quoted) is no unit: give count, people, accounts, seconds, ratio, rank, or a currency by its three letters, such as EUR"
        case .settlingDays(let days): "\(days) is no number of days from 0 to \(Metric.longestSettling)"
        case .missingPart(let field): "\(field) is missing: a ratio has a numerator and a denominator, a weighted mean has a denominator"
        case .superfluousPart(let field, let aggregation): "\(field) means nothing for a metric whose aggregation is \(aggregation)"
        case .partDoesNotAdd(_, let name): "\(name) can't be a part: parts are other metrics, whose aggregation is sum"
        case .isPartOf(let other): "\(other) is made of this metric, whose aggregation must stay sum"
        case .isWindow(let other):
            "it holds the people that \(other) counts over several days: its aggregation is last, and accounts_add false"
        case .currenciesDiffer: "numerator and denominator are money in two currencies, which can't be set against each other"
        }
    }
}

extension Unit {
    package init?(_ text: String) {
        switch text {
        case "count": self = .count
        case "people": self = .people
        case "accounts": self = .accounts
        case "seconds": self = .seconds
        case "ratio": self = .ratio
        case "rank": self = .rank
        default:
            guard text.utf8.count == 3, text.utf8.allSatisfy(Byte.upperCase.contains) else { return nil }
            self = .money(currency: text)
        }
    }
}

extension Metric {
    static let longestLabel = 100
    static let longestSettling = 366

    /// Whether it may be declared beside what is there.
    package func check(against vocabulary: Vocabulary) throws(DeclarationError) {
        if Vocabulary.isBuiltIn(name) { throw .builtIn(name) }
        let holdsControls = label.unicodeScalars.contains { $0.isControl }
        guard (1...Self.longestLabel).contains(label.unicodeScalars.count), !holdsControls else { throw .label }
        guard (0...Self.longestSettling).contains(settlingDays) else { throw .settlingDays(settlingDays) }
        for (field, part) in [("numerator", aggregation.numerator), ("denominator", aggregation.denominator)] {
            guard let part else { continue }
            guard part != name, part != Vocabulary.perCurrency, vocabulary[part].map({ $0.aggregation == .sum }) ?? true else {
                throw .partDoesNotAdd(field, part)
            }
        }
        if aggregation != .sum, let whole = vocabulary.all.first(where: { $0.aggregation.summedParts.contains(name) }) {
            throw .isPartOf(whole.name)
        }
        if aggregation != .last(accountsAdd: false), let other = vocabulary.all.first(where: { $0.aggregation.windows.contains(name) }) {
            throw .isWindow(of: other.name)
        }
        let currencies = aggregation.summedParts.compactMap { part -> String? in
            if case .money(let currency?) = vocabulary[part]?.unit { currency } else { nil }
        }
        if Set(currencies).count > 1 { throw .currenciesDiffer }
    }
}

extension Aggregation {
    fileprivate var windows: [MetricName] {
        if case .unique = self { parts } else { [] }
    }

    /// As a declaration spells it. People over longer windows are looked for under the metric's name with `_7d` and `_28d`.
    package init(
        _ word: AggregationWord,
        accountsAdd: Bool?,
        numerator: MetricName?,
        denominator: MetricName?,
        of name: MetricName
    ) throws(DeclarationError) {
        let takesParts = word == .ratio || word == .weighted
        if numerator != nil, word != .ratio { throw .superfluousPart("numerator", aggregation: word.rawValue) }
        if accountsAdd != nil, word != .last { throw .superfluousPart("accounts_add", aggregation: word.rawValue) }
        if denominator != nil, !takesParts { throw .superfluousPart("denominator", aggregation: word.rawValue) }
        switch word {
        case .sum: self = .sum
        case .last: self = .last(accountsAdd: accountsAdd ?? true)
        case .unique: self = .unique(windows: Self.windows(of: name))
        case .weighted:
            guard let denominator else { throw .missingPart("denominator") }
            self = .weighted(by: denominator)
        case .ratio:
            guard let numerator else { throw .missingPart("numerator") }
            guard let denominator else { throw .missingPart("denominator") }
            self = .ratio(of: numerator, by: denominator)
        }
    }

    private static func windows(of name: MetricName) -> [Int: MetricName] {
        var windows: [Int: MetricName] = [:]
        for days in [7, 28] {
            // A name that is too long for it has no such window.
            do { windows[days] = try MetricName("\(name)_\(days)d") } catch { continue }
        }
        return windows
    }
}

/// How aggregations are spelled.
package enum AggregationWord: String, Sendable, CaseIterable {
    case sum, last, ratio, weighted, unique
}
