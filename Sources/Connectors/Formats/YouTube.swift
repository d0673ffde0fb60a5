// YouTube Studio's totals by day. A file of one column names what the chart showed, and no platform: then `--format youtube` does.
import Domain

extension FileFormat {
    static let youTube = FileFormat(
        name: "youtube",
        label: "YouTube Studio",
        source: { _ in "youtube" },
        recognises: { opening in
            opening.letters(by: youTubeHeaders).contains("watchtimehours")
        },
        translations: youTubeHeaders,
        metrics: ["watchtimehours": "watch_hours", "impressionsclickthroughrate": "impressions_ctr"]
    )

    /// German and Portuguese.
    private static let youTubeHeaders = [
        "aufrufe": "Views", "wiedergabezeitstunden": "Watch time (hours)", "abonnenten": "Subscribers", "impressionen": "Impressions",
        "klickratederimpressionen": "Impressions click-through rate (%)",
        "visualizações": "Views", "tempodeexibiçãohoras": "Watch time (hours)", "inscritos": "Subscribers", "impressões": "Impressions",
        "taxadecliquesdeimpressões": "Impressions click-through rate (%)", "receitaestimadausd": "Estimated revenue (USD)",
    ]
}
