// Exports of Google Analytics' reports: comments, and many tables in one file, each for itself.

import Connectors
import Domain
import Testing

@Suite struct GoogleAnalyticsExportTests {
    private static let report = """
        # ----------------------------------------
        # Reports snapshot
        # Account: example, with a comma
        # Property: Shop
        # ----------------------------------------
        #
        # Start date: 20260130
        # End date: 20260201
        Nth day,New users
        0000,12
        0001,8
        0002,0

        # Start date: 20260201
        # End date: 20260202
        Nth day,Sessions,Active users
        0000,7,5
        0001,9,

        # Where do your new users come from?
        # Start date: 20260130
        # End date: 20260201
        Session primary channel group,Sessions
        Direct,100

        # How are active users trending?
        # Start date: 20260130
        # End date: 20260201
        Nth day,30 days,7 days,1 day
        0000,34,34,13

        # What are your top events?
        Event name,Key events

        # Start date: 20260130
        Nth day,Key events


        """

    @Test func everyTableIsForItself() throws {
        let tables = try readTables(Array(Self.report.utf8))
        #expect(tables.map(\.line) == [9, 16, 23, 29, 33, 36])
        #expect(tables[0].texts == ["2026-01-30 new_users=12", "2026-01-31 new_users=8", "2026-02-01 new_users=0"])
        #expect(tables[1].texts == ["2026-02-01 sessions=7", "2026-02-01 users=5", "2026-02-02 sessions=9"])
        #expect(tables[0].title == "Reports snapshot")
        #expect(tables[1].title == nil)
        #expect(tables[3].title == "How are active users trending?")
        #expect(tables[2].words?.hasPrefix("no column holds the days: the headers are \"Session primary channel group\"") == true)
        #expect(
            tables[3].words == "the column \"30 days\" counts over a window of days up to each day: such values are not those of a day; "
                + "leave it out with --map '30 days='"
        )
        #expect(tables[4].words?.hasPrefix("no column holds the days") == true)
        #expect(tables[5].words == "the table has headers but no rows: there is nothing to import")
    }

    @Test func theSameInSingleBytes() throws {
        var reader = DailyFileReader()
        for byte in Self.report.utf8 { try reader.feed([byte]) }
        let tables = try reader.finish()
        #expect(tables.map(\.texts) == (try readTables(Array(Self.report.utf8)).map(\.texts)))
        #expect(reader.rowCount == 5)
    }

    @Test(arguments: [
        ("Nth day,m\n0000,1\n", "counts days from a first one, and no line \"# Start date: YYYYMMDD\" above the table"),
        ("# Start date: 20260230\nNth day,m\n0000,1\n", "the one above the table, \"20260230\", is no day of the form YYYYMMDD"),
        ("# Start date: 01/02/2026\nNth day,m\n0000,1\n", "the one above the table, \"01/02/2026\", is no day of the form YYYYMMDD"),
        ("# Start date: 20250101\n\n# B\nNth day,m\n0000,1\n", "counts days from a first one"),
        ("# Start date: 20260130\nNth day,m\n1e2,1\n", "\"1e2\" is not a date"),
        ("date,m\n2026-01-01,5\n#REF!,7\n", "\"#REF!\" is not a date"),
        ("date,m\n2026-01-01,5\n\n#REF!,7\n", "no column holds the days: the headers are \"#REF!\" and \"7\""),
        ("date,m\n2026-01-01,5\n# a comment\n", "line 3 has 1 field, but there are 2 headers"),
        ("# Start date: 20260130\nNth day,m\n-1,1\n", "\"-1\" is not a date"),
        ("# Start date: 20260130\nNth day,m\n0000,1\n0000,2\n", "2026-01-30 is already on line 3"),
        ("# Start date: 20260130\nNth day,m\n0000,1\n2026-01-31,2\n", "\"2026-01-31\" is not a date: Nth day was expected"),
    ])
    func refuses(text: String, words: String) throws {
        #expect(try refusal(text)?.contains(words) == true)
    }

    @Test func aColumnIsMappedWhereItIs() throws {
        let text = Array("date,m\n2026-01-01,1\n\ndate,n\n2026-01-01,2\n".utf8)
        let tables = try readTables(text, TableOptions(map: HeaderMap(["n=sessions"])))
        #expect(tables.map(\.texts) == [["2026-01-01 m=1"], ["2026-01-01 sessions=2"]])
        let refused = try readTables(text, TableOptions(map: HeaderMap(["n=sessions", "o=users"])))
        #expect(
            refused.map(\.words) == ["--map names a column \"o\" that the file hasn't: its headers are \"date\", \"m\", \"date\" and \"n\""]
        )
    }

    /// Whatever their order: the third agrees with the first, and is no more right for it.
    @Test(arguments: [[5, 6, 5], [6, 5, 5], [5, 5, 6]])
    func noneOfSeveralIsBelieved(values: [Int]) throws {
        let text = values.map { "date,m\n2026-01-01,\($0)\n" }.joined(separator: "\n")
        #expect(try readTables(Array(text.utf8)).allSatisfy { $0.words?.contains("another value for m on 2026-01-01") == true })
    }

    @Test func aSpreadsheetPadsComments() throws {
        let text = "# Report;;\n# Start date: 20260109;;\nNth day;m;\n0000;1;\n"
        #expect(try readTable(text).texts == ["2026-01-09 m=1"])
    }

    @Test func aRowIsNoComment() throws {
        let text = Array("Tag,date,m\na,2026-01-01,1\n#b,2026-01-02,2\n".utf8)
        #expect(try readTables(text, TableOptions(map: HeaderMap(["Tag="]))).map(\.texts) == [["2026-01-01 m=1", "2026-01-02 m=2"]])
    }

    @Test func aPointMayBeToldTwiceButNotInTwoWays() throws {
        let first = "date,m\n2026-01-01,1\n2026-01-02,2\n"
        #expect(try readTables(Array((first + "\ndate,m,n\n2026-01-02,2.0,3\n").utf8)).map { $0.words == nil } == [true, true])
        let tables = try readTables(Array((first + "\ndate,m\n2026-01-02,3\n\ndate,n\n2026-01-02,3\n").utf8))
        #expect(
            tables.map(\.words) == [
                "line 3 has another value for m on 2026-01-02 than line 6 of another table: nothing says which is right; remove one of the tables from the file",
                "line 6 has another value for m on 2026-01-02 than line 3 of another table: nothing says which is right; remove one of the tables from the file",
                nil,
            ]
        )
    }
}
