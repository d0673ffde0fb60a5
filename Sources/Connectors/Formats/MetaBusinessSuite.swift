// Meta Business Suite: a title above a table of `Date,Primary`. The title says what is counted, and where if it names a platform.
import Domain

extension FileFormat {
    static let metaBusinessSuite = FileFormat(
        name: "meta",
        label: "Meta Business Suite",
        source: { opening in opening.title.flatMap(metaPlatform) },
        recognises: { opening in
            opening.headers.count == 2
                && (opening.letters.contains(KnownHeaders.titled)
                    || opening.title.map { metaPlatform($0) != nil && metaMetric($0) != nil } == true)
        },
        titles: metaMetric,
        // Exports of 2023 stand under a title that is right and a header of something else.
        titlesGoFirst: true
    )

    private static func metaPlatform(_ title: String) -> SourceName? {
        let title = title.lowercased()
        return switch (title.contains("instagram"), title.contains("facebook")) {
        case (true, false): "instagram"
        case (false, true): "facebook"
        case (true, true), (false, false): nil
        }
    }

    /// The metric by the words of a title that name neither a platform nor a relation.
    private static func metaMetric(_ title: String) -> MetricName? {
        let words = title.lowercased().split { !$0.isLetter }.map(String.init).filter { !fillers.contains($0) }
        return metaTitles[words.joined(separator: " ")]
    }

    private static let fillers: Set<String> = [
        "instagram", "facebook", "page", "página", "seite", "la", "le", "el", "o", "a", "ao", "al", "do", "da", "de", "del", "du", "des",
        "no", "na",
        "en", "em", "sur", "auf", "der", "die", "im", "bei", "mit", "con", "com", "avec", "pour",
    ]

    /// English and Portuguese as exports have them; Spanish and French, save for those of 2023, and German as the interface has them.
    private static let metaTitles: [String: MetricName] = [
        "reach": "reach", "alcance": "reach", "reichweite": "reach", "couverture": "reach",
        "views": "views", "visualizações": "views", "visualizaciones": "views", "aufrufe": "views", "vues": "views",
        "viewers": "viewers", "espectadores": "viewers", "zuschauer": "viewers", "spectateurs": "viewers",
        "content interactions": "engagement", "interações conteúdo": "engagement", "interacciones contenido": "engagement",
        "interaktionen inhalten": "engagement", "inhaltsinteraktionen": "engagement", "interactions contenu": "engagement",
        "link clicks": "link_clicks", "cliques link": "link_clicks", "clics enlace": "link_clicks", "linkklicks": "link_clicks",
        "link klicks": "link_clicks", "clics lien": "link_clicks",
        "visits": "profile_visits", "profile visits": "profile_visits", "visitas": "profile_visits", "visitas perfil": "profile_visits",
        "besuche": "profile_visits", "profilbesuche": "profile_visits", "profilaufrufe": "profile_visits", "visites": "profile_visits",
        "visites profil": "profile_visits", "page and profile visits": "profile_visits",
        "follows": "follows", "new followers": "follows", "seguidores": "follows", "novos seguidores": "follows",
        "seguimientos": "follows", "nuevos seguidores": "follows", "neue follower": "follows", "nouveaux followers": "follows",
        "nouveaux abonnés": "follows", "unfollows": "unfollows", "net follows": "net_follows",
        "new likes": "new_likes", "nouvelles mentions j aime": "new_likes",
    ]
}
