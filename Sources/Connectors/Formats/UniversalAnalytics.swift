// Exports of Universal Analytics: the period in the comments, `Day Index`, short years, a row of totals at the end.
import Domain

extension FileFormat {
    static let universalAnalytics = FileFormat(
        name: "universal-analytics",
        label: "Universal Analytics",
        source: { _ in "universal_analytics" },
        recognises: { opening in
            opening.headers.contains { KnownHeaders.dayIndices.contains($0.letters) }
        },
        translations: ["sessies": "Sessions", "nieuwegebruikers": "New users", "gebruikers": "Users", "paginaweergaven": "Pageviews"],
        hasShortYears: true,
        hasNamelessTotals: true
    )
}
