// Reports of Google Analytics 4: comments above each table, days counted from its start date or written out.
import Domain

extension FileFormat {
    static let googleAnalytics = FileFormat(
        name: "ga4",
        label: "Google Analytics 4",
        source: { _ in "ga4" },
        recognises: { opening in
            opening.preamble.firstDay != nil || opening.preamble.unreadFirstDay != nil
                || opening.headers.contains { KnownHeaders.isNthDay($0) }
        },
        // Seen in Spanish; the other languages of the interface keep to words that KnownHeaders has.
        translations: [
            "usuarios": "Users", "usuariosactivos": "Active users", "usuariosnuevos": "New users", "sesiones": "Sessions",
            "vistas": "Views",
            "númerodeeventos": "Event count", "conversiones": "Conversions", "totaldeingresos": "Total revenue",
            "tiempodeinteracciónmedio": "Average engagement time", "eventosclave": "Key events",
        ],
        metrics: ["views": "page_views"]
    )
}
