// Search Console's dates: clicks, impressions, CTR in percent, position.
import Domain

extension FileFormat {
    static let searchConsole = FileFormat(
        name: "search-console",
        label: "Search Console",
        source: { _ in "search_console" },
        recognises: { opening in
            opening.letters(by: searchConsoleHeaders).isSuperset(of: ["clicks", "impressions", "ctr", "position"])
        },
        translations: searchConsoleHeaders,
        metrics: ["impressions": "search_impressions"]
    )

    /// German, Spanish, French, Portuguese, Dutch, Italian, Japanese.
    private static let searchConsoleHeaders = [
        "klicks": "clicks", "clics": "clicks", "cliques": "clicks", "aantalklikken": "clicks", "clic": "clicks", "クリック数": "clicks",
        "impressionen": "impressions", "impresiones": "impressions", "impressões": "impressions", "vertoningen": "impressions",
        "impressioni": "impressions", "表示回数": "impressions",
        "posición": "position", "posição": "position", "positie": "position", "posizione": "position", "掲載順位": "position",
        "averageposition": "position",
    ]
}
