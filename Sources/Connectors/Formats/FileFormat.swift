// What the exports of one program have of their own. docs/formats.md shows by an example how one is added.
import Domain

/// A format: how its tables are known, where their numbers come from, and what their headers mean. What all tables have in common (dates,
/// numbers, a row per day) is read the same for each.
package struct FileFormat: Sendable {
    /// As `--format` names it.
    package let name: String
    /// For people.
    package let label: String
    /// Where the numbers come from, by what stands above a table; nil where that does not say.
    let source: @Sendable (TableOpening) -> SourceName?
    /// Whether a table is of this format.
    let recognises: @Sendable (TableOpening) -> Bool
    /// Its headers in other languages, by their letters: what stands there in English.
    var translations: [String: String] = [:]
    /// Metrics by the letters of their English headers, where the format means something of its own by them.
    var metrics: [String: MetricName] = [:]
    /// The metric that a table's title names, where its header says nothing by itself.
    var titles: @Sendable (String) -> MetricName? = { _ in nil }
    /// Whether a title names the one metric of its table whatever the header says.
    var titlesGoFirst = false
    /// Whether dates may leave out the century.
    var hasShortYears = false
    /// Whether a row without a date holds totals.
    var hasNamelessTotals = false

    /// In the order in which a table is tried: the first that knows it has it.
    package static let all = [
        universalAnalytics, googleAnalytics, metaBusinessSuite, searchConsole, youTube, tikTok, plain,
    ]

    /// Whatever has a row per day.
    static let plain = FileFormat(
        name: "csv",
        label: "a table of days",
        source: { _ in nil },
        recognises: { _ in true }
    )

    static func of(_ opening: TableOpening) -> FileFormat {
        all.first { $0.recognises(opening) } ?? plain
    }

    func english(_ header: Header) -> Header {
        translations[header.letters].map(Header.init) ?? header
    }
}

/// What is seen of a table before its rows.
struct TableOpening: Sendable {
    let preamble: Preamble
    let headers: [Header]

    var title: String? { preamble.title }
    var letters: Set<String> { Set(headers.map(\.letters)) }

    /// The letters of its headers in English.
    func letters(by translations: [String: String]) -> Set<String> {
        Set(headers.map { Header(translations[$0.letters] ?? $0.text).letters })
    }
}
