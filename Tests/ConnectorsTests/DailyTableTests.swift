// Daily tables: real files, dates, values, and what becomes of columns.

import Connectors
import Domain
import Testing

@Suite struct DailyTableTests {
    @Test func readsVisitsOfAnalyticsUSAGov() throws {
        let table = try readTable(fixture("ga4api-usagov-agriculture-users.csv"))
        #expect(table.columns.map { "\($0.header): \($0.role)" } == ["date: date", "visits: sessions"])
        #expect(table.metrics.map { "\($0.name): \($0.count), \($0.missing) missing" } == ["sessions: 90, 0 missing"])
        #expect("\(table.days)" == "2023-10-07...2024-01-04")
        #expect(table.dayCount == 90)
        #expect(table.sum("sessions") == 37_256_882)
        #expect(table.points.first?.line == 2)
        #expect(table.points.last?.line == 91)
    }

    @Test func readsSearchConsole() throws {
        let table = try readTable(fixture("gsc-capjamesg-dates.csv"))
        #expect(
            table.columns.map { "\($0.header): \($0.role)" } == [
                "Date: date", "Clicks: clicks", "Impressions: search_impressions",
                "CTR: left out: follows from clicks and search_impressions",
                "Position: position",
            ]
        )
        #expect(table.dayCount == 89)
        #expect(table.sum("clicks") == 3114)
        #expect(table.texts.prefix(3) == ["2023-05-11 clicks=33", "2023-05-11 search_impressions=1300", "2023-05-11 position=27.05"])
        #expect(table.points.count == 3 * 89)
    }

    @Test(arguments: [
        "Datum,Klicks,Impressionen,CTR,Position", "Fecha,Clics,Impresiones,CTR,Posición", "Date,Clics,Impressions,CTR,Position",
        "Data,Cliques,Impressões,CTR,Posição",
    ])
    func readsSearchConsoleInOtherLanguages(headers: String) throws {
        let table = try readTable("\(headers)\n2026-01-31,33,1.300,\"2,54%\",\"27,05\"\n")
        #expect(table.texts == ["2026-01-31 clicks=33", "2026-01-31 search_impressions=1300", "2026-01-31 position=27.05"])
    }

    @Test func aPercentSignInTheHeaderCounts() throws {
        let table = try readTable("date,Engagement rate (%),CTR %\n2026-01-01,\"54,2\",\"2,54 %\"\n", map: ["CTR %=ctr"])
        #expect(table.texts == ["2026-01-01 engagement_rate=0.542", "2026-01-01 ctr=0.0254"])
        #expect(try refusal("date,Visits %\n2026-01-01,5\n")?.hasPrefix("no metric name can be made of the header \"Visits %\"") == true)
    }

    @Test(arguments: ["2026-10-24T23:00:00", "2026-10-24T02:00:00", "2026-10-24T00:30:00", "2026-10-24T00:00:0x"])
    func otherTimesAreNotThoseOfADay(time: String) throws {
        #expect(try refusal("date,m\n\(time),1\n")?.contains("is not a date") == true)
    }

    @Test func refusesRowsPerDayAndDevice() throws {
        #expect(
            try refusal(String(decoding: fixture("ga4api-usagov-agriculture-devices.csv"), as: UTF8.self))
                == "the file has a row per day and \"device\" (2024-01-04 is on lines 2 and 3): daily totals are needed, one row per day; "
                + "export the table without that dimension, or add its rows up with --collapse device"
        )
    }

    @Test func chunksDoNotMatter() throws {
        let bytes = try fixture("gsc-capjamesg-dates.csv")
        let whole = try readTable(bytes).points
        for size in [1, 2, 3, 7, 64, 1000] {
            var reader = DailyFileReader()
            for start in stride(from: 0, to: bytes.count, by: size) {
                try reader.feed(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(try reader.finish()[0].result.get().points == whole)
            #expect(reader.rowCount == 89)
        }
    }

    @Test(arguments: [
        ("2024-02-29", DateForm.iso, "2024-02-29"), ("20240229", .compact, "2024-02-29"), ("2/29/2024", .monthFirst, "2024-02-29"),
        ("02/02/2024", .eitherFirst, "2024-02-02"), ("12/31/2024", .monthFirst, "2024-12-31"), ("31/12/2024", .dayFirst, "2024-12-31"),
        ("9.2.2024", .dots, "2024-02-09"), ("2024-02-29T01:00:00", .isoTime, "2024-02-29"),
        ("2024/02/29", .slashes, "2024-02-29"),
        ("2024/2/9", .slashes, "2024-02-09"), (" 2024-02-29\t", .iso, "2024-02-29"), ("\"2024-02-29\"", .iso, "2024-02-29"),
    ])
    func readsDates(text: String, form: DateForm, day: String) throws {
        let table = try readTable("date,sessions\n\(text),1\n")
        #expect(table.dateForm == form)
        #expect(table.points.map(\.day.description) == [day])
    }

    @Test(arguments: [
        ("0", "0"), ("12", "12"), ("+12", "12"), ("-3.50", "-3.5"), (" 7 ", "7"), (".5", "0.5"), ("\"1,234\"", "1234"),
        ("\"1,234,567.80\"", "1234567.8"),
        ("\"-12,345\"", "-12345"), ("2.54%", "0.0254"), ("100%", "1"), ("\"1,250%\"", "12.5"), ("0.1%", "0.001"), ("\"12\"", "12"),
        ("12345678901234567890.000000000000000000001", "12345678901234567890.000000000000000000001"),
    ])
    func readsValues(text: String, value: String) throws {
        #expect(try readTable("date,m\n2024-01-01,\(text)\n").points.map(\.value.description) == [value])
    }

    @Test(arguments: ["", " ", "-", "NaN", "NAN", "nan", "N/A", "n/a", "null", "NULL", "\"\""])
    func missingIsNoPoint(text: String) throws {
        let table = try readTable("date,m,n\n2024-01-01,\(text),1\n2024-01-02,2,3")
        #expect(table.texts == ["2024-01-01 n=1", "2024-01-02 m=2", "2024-01-02 n=3"])
        #expect(table.metrics.map(\.missing) == [1, 0])
        #expect(table.metrics.map(\.count) == [1, 2])
    }

    @Test(arguments: [
        "12x", "1.2.3", "1e5", "--1", "1 00", "1 000 00", "1 234,567.8", "1\u{2003}000", "$5", "5  %", "%", "%5", "5%%", "1,23,456",
        "1,234,", "1.234.5,6,7",
        "1,234.5,678", "1,-23,456", "Infinity", "=1+1", "#REF!", "+", "１２", "nanx", "nil", String(repeating: "1", count: 1001),
    ])
    func otherTextIsNoNumber(text: String) throws {
        let refusal = try #require(try refusal("date,Clicks\n2024-01-01,1\n2024-01-02,\"\(text)\"\n"))
        #expect(refusal == "line 3, column \"Clicks\": \(text.quoted) is not a number")
    }

    @Test func daysMayBeMissingAndEndWithBlankLines() throws {
        let table = try readTable("\r\n\r\ndate,m\r\n2024-01-05,1\r\n2024-01-01,2\r\n\r\n,\r\n\r\n")
        #expect("\(table.days)" == "2024-01-01...2024-01-05")
        #expect(table.dayCount == 2)
        #expect(table.points.map(\.line) == [4, 5])
    }

    @Test func tiktoksOddities() throws {
        let table = try readTable(
            "\u{FEFF}Date,Video views,Reached audience,Phone number clicks \n2025/10/31,715,NAN,25\n2025/11/01,75155,75134,539\n"
        )
        #expect(table.metrics.map(\.name) == ["video_views", "reached_audience", "phone_number_clicks"])
        #expect(table.metrics.map(\.missing) == [0, 1, 0])
    }
}
