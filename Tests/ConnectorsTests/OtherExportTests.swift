// Exports of Universal Analytics, TikTok, YouTube and Search Console, and of Google Analytics in other words.

import Connectors
import Domain
import Testing

@Suite struct OtherExportTests {
    private func tables(_ text: String, _ options: TableOptions = TableOptions()) throws -> [FileTable] {
        try readTables(Array(text.utf8), options)
    }

    /// Of the shape of an audience overview, with a table by country above the days.
    private static let universal = """
        # ----------------------------------------
        # All Web Site Data
        # Audience Overview
        # 20190303-20190305
        # ----------------------------------------

        Country,Sessions
        Germany,7
        ,7

        Day Index,Sessions
        3/3/19,"1,200"
        3/4/19,0
        3/5/19,9
        ,"1,209"

        """

    @Test func universalAnalyticsSaysItsPeriod() throws {
        let tables = try tables(Self.universal)
        #expect(tables[0].words?.hasPrefix("no column holds the days") == true)
        #expect(tables[1].accepted?.texts == ["2019-03-03 sessions=1200", "2019-03-04 sessions=0", "2019-03-05 sessions=9"])
        #expect(tables[1].format.name == "universal-analytics")
        let british = Self.universal.replacing("3/4/19", with: "4/3/19").replacing("3/5/19", with: "5/3/19")
        #expect(try self.tables(british)[1].accepted?.texts == tables[1].accepted?.texts)
        let silent = Self.universal.replacing("# 20190303-20190305\n", with: "")
        #expect(try self.tables(silent)[1].words?.contains("no date of the table says whether the month comes first or the day") == true)
    }

    @Test func totalsBelongAtAnEnd() throws {
        #expect(try tables("Date,Views\nTotal,3\n2026-01-01,1\n2026-01-02,2\n")[0].accepted?.texts.count == 2)
        #expect(try tables("Date,Views\n2026-01-01,1\n2026-01-02,2\nGrand total,3\n")[0].accepted?.texts.count == 2)
        #expect(
            try tables("Date,Views\n2026-01-01,1\nTotal,3\n2026-01-02,2\n")[0].words
                == "line 3 holds totals, and stands between other rows: remove it"
        )
        #expect(try tables("Date,Views\n2026-01-01,1\n,3\n")[0].words == "line 3, column \"Date\": the date is missing")
    }

    @Test func googleAnalyticsInSpanish() throws {
        let text = """
            # Exportar informe en formato CSV
            # Cuenta: ejemplo
            # Propiedad: Tienda
            # Fecha de inicio: 20230424
            # Fecha de finalización: 20230425
            Día N,Usuarios nuevos,Sesiones
            0000,3,5
            0001,4,6

            # Fecha de inicio: 20230424
            # Fecha de finalización: 20230425
            Día N,30 días,7 días,1 día
            0000,3,3,3

            """
        let tables = try tables(text)
        #expect(tables[0].title == "Exportar informe en formato CSV")
        #expect(
            tables[0].accepted?.texts == [
                "2023-04-24 new_users=3", "2023-04-24 sessions=5", "2023-04-25 new_users=4", "2023-04-25 sessions=6",
            ]
        )
        #expect(tables[1].words?.contains("counts over a window of days") == true)
    }

    @Test func realDatesInAnyOrder() throws {
        let text = "# All Users\n# Start date: 20260101\n# End date: 20260103\n\nDate,Event count,Total users\n20260103,7,2\n20260101,5,1\n"
        let table = try tables(text)[0]
        #expect(
            table.accepted?.texts == ["2026-01-03 event_count=7", "2026-01-03 users=2", "2026-01-01 event_count=5", "2026-01-01 users=1"]
        )
        #expect(table.source == "ga4")
    }

    @Test func aRatioFollowsFromPartsInOtherTables() throws {
        let text = "date,engagement_rate\n2026-01-01,0.5\n2026-01-02,0.6\n\ndate,Engaged sessions,Sessions,x\n2026-01-01,1,2,3\n"
        let tables = try tables(text)
        #expect(tables[0].accepted?.texts == [])
        #expect(tables[0].accepted?.columns[1].role.description == "left out: follows from engaged_sessions and sessions")
    }

    @Test(arguments: [
        ("Datum;Klicks;Impressionen;CTR;Position\n2026-01-01;1;50;2%;7.5\n", "search_console"),
        ("Fecha,Clics,Impresiones,CTR,Posición\n2026-01-01,1,50,2%,7.5\n", "search_console"),
        ("Date,Clics,Impressions,CTR,Position\n2026-01-01,1,50,2%,7.5\n", "search_console"),
        ("Data,Cliques,Impressões,CTR,Posição\n2026-01-01,1,50,2%,7.5\n", "search_console"),
        ("Datum,Aantal klikken,Vertoningen,CTR,Positie\n2026-01-01,1,50,2%,7.5\n", "search_console"),
        ("Data,Clic,Impressioni,CTR,Posizione\n2026-01-01,1,50,2%,7.5\n", "search_console"),
        ("日付,クリック数,表示回数,CTR,掲載順位\n2026-01-01,1,50,2%,7.5\n", "search_console"),
    ])
    func searchConsole(text: String, source: String) throws {
        let table = try tables(text)[0]
        #expect(table.accepted?.texts == ["2026-01-01 clicks=1", "2026-01-01 search_impressions=50", "2026-01-01 position=7.5"])
        #expect(table.source?.text == source)
    }

    @Test func tikTok() throws {
        let text =
            "\u{FEFF}\"Date\",\"Video Views\",\"Profile Views\",\"Comments\"\n\"2025/10/31\",\"5\",\"NAN\",\"-4\"\n\"2025/11/01\",\"--\",\"2\",\"undefined\"\n"
        let table = try tables(text)[0]
        #expect(table.accepted?.texts == ["2025-10-31 video_views=5", "2025-10-31 comments=-4", "2025-11-01 profile_views=2"])
        #expect(table.source == "tiktok")
        #expect(try tables("Date,Video Views,Profile Views\nApril 12,1,2\n")[0].words?.contains("\"April 12\" is not a date") == true)
    }

    @Test func youTube() throws {
        let text = "Datum,Aufrufe,Wiedergabezeit (Stunden),Klickrate der Impressionen (%)\n2026-01-01,5,1.5,4.2\n"
        let table = try tables(text)[0]
        #expect(table.accepted?.texts == ["2026-01-01 views=5", "2026-01-01 watch_hours=1.5", "2026-01-01 impressions_ctr=0.042"])
        #expect(table.source == "youtube")
        let money = try tables(
            "Data,Receita estimada (USD)\n2026-01-01,1.25\n",
            TableOptions(format: FileFormat.all.first { $0.name == "youtube" })
        )[0]
        #expect(money.accepted?.texts == ["2026-01-01 estimated_revenue.USD=1.25"])
    }

    @Test(arguments: ["Active 28 day users", "28-day views", "Weekly total reach", "Monthly active users", "Views (7 days)"])
    func windowsAreNotDays(header: String) throws {
        #expect(try tables("date,\(header)\n2026-01-01,5\n")[0].words?.contains("counts over a window of days") == true)
    }

    @Test(arguments: ["Total cost", "Umsatz", "Average order value", "totalRevenue", "Gasto", "item_revenue", "CPC"])
    func moneyIsKnownByItsWords(header: String) throws {
        #expect(
            try tables("date,\(header)\n2026-01-01,5\n", TableOptions(map: .none))[0].words?.contains(
                "is money, and nothing says in which currency"
            ) == true
        )
    }

    @Test func moneyHasACurrency() throws {
        let text = "date,Total revenue,Cost\n2026-01-01,5,2\n"
        #expect(try tables(text)[0].words?.hasPrefix("the column \"Total revenue\" is money, and nothing says in which currency") == true)
        #expect(
            try tables(text, TableOptions(currency: "EUR"))[0].accepted?.texts == [
                "2026-01-01 total_revenue.EUR=5", "2026-01-01 ad_spend.EUR=2",
            ]
        )
        #expect(try readTable("date,ad_spend.USD\n2026-01-01,5\n").texts == ["2026-01-01 ad_spend.USD=5"])
    }

    @Test func rowsAreAddedUpOnPurpose() throws {
        let text =
            "date,device,os,visits,odd\n2026-01-01,phone,a,5,1\n2026-01-01,phone,b,6,\n2026-01-01,desktop,a,7,2\n2026-01-02,phone,a,1,\n"
        let collapsed = try tables(text, TableOptions(collapse: CollapsedColumns(["Device", "os"])))[0]
        #expect(collapsed.accepted?.texts == ["2026-01-01 sessions=18", "2026-01-02 sessions=1"])
        #expect(collapsed.accepted?.dayCount == 2)
        let twice = try tables(text + "2026-01-02,phone,a,1,\n", TableOptions(collapse: CollapsedColumns(["device", "os"])))[0]
        #expect(twice.words?.hasPrefix("line 6: 2026-01-02 is already on line 5") == true)
        let people = try tables("date,device,users\n2026-01-01,phone,5\n", TableOptions(collapse: CollapsedColumns(["device"])))[0]
        #expect(people.words == "users does not add up, so it can't be collapsed: leave it out with --map users=")
        for column in ["new_users", "viewers", "bounce_rate", "Share %", "Impressions per post"] {
            let odd = try tables(
                "date,device,\(column)\n2026-01-01,phone,5\n",
                TableOptions(map: HeaderMap(["Share %=share"].filter { $0.hasPrefix(column) }), collapse: CollapsedColumns(["device"]))
            )[0]
            #expect(odd.words?.contains("does not add up, so it can't be collapsed") == true, "\(column): \(odd.words ?? "taken")")
        }
        let totals = try tables(
            "date,device,visits\n2026-01-01,phone,5\n2026-01-01,Total,5\n",
            TableOptions(collapse: CollapsedColumns(["device"]))
        )[0]
        #expect(totals.words == "line 3 holds totals, and stands between other rows: remove it")
        let two = try tables(
            "date,device,visits\n2026-01-01,phone,5\n\ndate,views\n2026-01-01,7\n",
            TableOptions(collapse: CollapsedColumns(["device"]))
        )
        #expect(two.map { $0.accepted?.texts } == [["2026-01-01 sessions=5"], ["2026-01-01 views=7"]])
        let unknown = try tables(text, TableOptions(collapse: CollapsedColumns(["browser"])))[0]
        #expect(unknown.words?.hasPrefix("--collapse names a column \"browser\" that the table hasn't") == true)
        let devices = try readTables(fixture("ga4api-usagov-agriculture-devices.csv"), TableOptions(collapse: CollapsedColumns(["device"])))
        #expect(devices[0].accepted?.sum("sessions") == 10_614_590)
    }
}
