// YouTube Studio's totals by day. A file of one column names what the chart showed, and no platform: then `--format youtube` does.
import Domain

extension FileFormat {
    static let youTube = FileFormat(
        name: "youtube",
        label: "YouTube Studio",
        source: { _ in "youtube" },
        recognises: { opening in
            opening.headers.contains { youTubeHeaders[$0.letters] == "watchtimehours" || $0.letters == "watchtimehours" }
        },
        translations: youTubeHeaders,
        metrics: ["watchtimehours": "watch_hours", "impressionsclickthroughrate": "impressions_ctr"]
    )

    /// German and Portuguese.
    private static let youTubeHeaders = [
        "aufrufe": "views", "wiedergabezeitstunden": "watchtimehours", "abonnenten": "subscribers", "impressionen": "impressions",
        "klickratederimpressionen": "impressionsclickthroughrate",
        "visualizações": "views", "tempodeexibiçãohoras": "watchtimehours", "inscritos": "subscribers", "impressões": "impressions",
        "taxadecliquesdeimpressões": "impressionsclickthroughrate", "receitaestimadausd": "estimatedrevenueusd",
    ]
}
