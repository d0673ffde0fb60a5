// Exports of Meta Business Suite: a title, `Date,Primary`, and times in place of days; as downloaded, and as a spreadsheet saved them again.

import Connectors
import Domain
import Testing

@Suite struct MetaExportTests {
    /// Of the shape of a download, with the clock moved in between.
    private static func export(title: String) -> String {
        "sep=,\r\n\"\(title)\"\r\n\"Date\",\"Primary\"\r\n\"2025-11-01T00:00:00\",\"1245\"\r\n"
            + "\"2025-11-02T00:00:00\",\"0\"\r\n\"2025-11-03T01:00:00\",\"7\"\r\n"
    }

    @Test(
        arguments: [
            ("Reach", "reach"), ("Instagram reach", "reach"), ("Content interactions", "engagement"), ("Views", "views"),
            ("Instagram profile visits", "profile_visits"), ("Facebook visits", "profile_visits"), ("Instagram follows", "follows"),
            ("Facebook follows", "follows"), ("Viewers", "viewers"),
        ]
    )
    func theTitleNamesTheMetric(title: String, metric: String) throws {
        let table = try readTable(utf16(Self.export(title: title)))
        #expect(table.texts == ["2025-11-01 \(metric)=1245", "2025-11-02 \(metric)=0", "2025-11-03 \(metric)=7"])
        #expect(table.points.map(\.line) == [4, 5, 6])
        #expect(table.dateForm == .isoTime)
    }

    @Test func savedAgainWithSemicolons() throws {
        let table = try readTable("Viewers;\nDate;Primary\n2025-10-31T00:00:00;1148\n2025-11-03T01:00:00;762\n")
        #expect(table.texts == ["2025-10-31 viewers=1148", "2025-11-03 viewers=762"])
        #expect(table.points.first?.line == 3)
    }

    @Test func theOtherColumnsOfATitledTableKeepTheirNames() throws {
        for above in ["My report\n", "My report\nof October\n\n", "\nMy report\n\n\n"] {
            #expect(try readTable("\(above)date,sessions\n2025-10-31,1\n").texts == ["2025-10-31 sessions=1"])
        }
    }

    @Test func aTitleCanBeMapped() throws {
        let text = "Reichweite\nDate,Primary\n2026-01-01,5\n\nAufrufe\nDate,Primary\n2026-01-01,7\n"
        let map = try HeaderMap(["Reichweite=reach", "Aufrufe=views"])
        let tables = try readTables(Array(text.utf8), TableOptions(map: map))
        #expect(try tables.map { try $0.result.get().texts } == [["2026-01-01 reach=5"], ["2026-01-01 views=7"]])
    }

    @Test func theTitleNamesThePlatform() throws {
        let text = Array(
            "Facebook reach\nDate,Primary\n2026-01-01,1\n\nInstagram reach\nDate,Primary\n2026-01-01,2\n\nReach\nDate,Primary\n2026-01-01,3\n"
                .utf8
        )
        let tables = try readTables(text).withSources
        #expect(tables.map { $0.source?.text } == ["facebook", "instagram", nil])
        #expect(tables.map { $0.accepted?.texts } == [["2026-01-01 reach=1"], ["2026-01-01 reach=2"], nil])
        #expect(
            tables[2].words == "the title \"Reach\" names no platform: say so with --source, as in --source instagram"
        )
    }

    /// Equal numbers would pass for one.
    @Test func twoPlatformsAreNotOneSource() throws {
        let text = Array("Facebook reach\nDate,Primary\n2026-01-01,0\n\nInstagram reach\nDate,Primary\n2026-01-01,0\n".utf8)
        let words = "\"Facebook reach\" and \"Instagram reach\" would all be the metric reach: give all but one another name with "
        #expect(try readTables(text, TableOptions(source: "meta"))[0].words?.hasPrefix("\(words)--map 'Facebook reach=METRIC'") == true)
        let tables = try readTables(text, TableOptions(map: HeaderMap(["Facebook reach=facebook_reach"]), source: "meta"))
        #expect(try tables.map { try $0.result.get().texts } == [["2026-01-01 facebook_reach=0"], ["2026-01-01 reach=0"]])
    }

    @Test(arguments: [
        ("Alcance do Instagram", "Data", "reach", "instagram"), ("Alcance no Facebook", "Data", "reach", "facebook"),
        ("Interações com o conteúdo", "Data", "engagement", nil), ("Visitas ao perfil do Instagram", "Data", "profile_visits", "instagram"),
        ("Seguidores no Instagram", "Data", "follows", "instagram"), ("Cliques no link do Instagram", "Data", "link_clicks", "instagram"),
        ("Visualizações", "Data", "views", nil), ("Interacciones con el contenido", "Fecha", "engagement", nil),
        ("Clics en el enlace", "Fecha", "link_clicks", nil), ("Visitas al perfil de Instagram", "Fecha", "profile_visits", "instagram"),
        ("Couverture Instagram", "Date", "reach", "instagram"), ("Visites sur la Page Facebook", "Date", "profile_visits", "facebook"),
        ("Nouvelles mentions J’aime de la Page Facebook", "Date", "new_likes", "facebook"), ("Reichweite", "Datum", "reach", nil),
        ("Aufrufe", "Datum", "views", nil),
    ])
    func titlesInOtherLanguages(title: String, date: String, metric: String, source: String?) throws {
        let text = "sep=,\n\"\(title)\"\n\"\(date)\",\"Primary\"\n\"2026-01-01T00:00:00\",\"7\"\n"
        let table = try readTables(utf16(text))[0]
        #expect(table.accepted?.texts == ["2026-01-01 \(metric)=7"])
        #expect(table.source?.text == source)
        #expect(table.format.name == "meta")
    }

    /// `Visits` above a table of somebody else's says nothing about its column.
    @Test func anothersTitleIsNoMetric() throws {
        let table = try readTables(Array("Visits\ndate,sessions\n2026-01-01,5\n".utf8), TableOptions(source: "matomo"))[0]
        #expect(table.accepted?.texts == ["2026-01-01 sessions=5"])
    }

    /// Exports of 2023: the header above the second column is that of another table, and the title is right.
    @Test func theTitleIsRightWhereTheHeaderIsNot() throws {
        let text = """
            sep=,
            Facebook Page visits
            "Date","Facebook Page likes"
            "2023-01-01T00:00:00","5"

            Instagram profile visits
            "Date","Instagram followers"
            "2023-01-01T00:00:00","7"

            """
        let tables = try readTables(Array(text.utf8))
        #expect(tables.map { $0.accepted?.texts } == [["2023-01-01 profile_visits=5"], ["2023-01-01 profile_visits=7"]])
        #expect(tables.map { $0.source?.text } == ["facebook", "instagram"])
    }

    @Test func tablesWithoutDaysAreRefused() throws {
        let words = try refusal("Views;;\nReels;Links;Text\n572681;79536;329\n;;\nContent interactions;;\nReels;Links;Text\n1;2;3\n")
        #expect(words?.hasPrefix("no column holds the days: the headers are \"Reels\", \"Links\" and \"Text\"") == true)
    }
}
