// Tables with a row per metric and day: CSV and a JSON object per line.

import Connectors
import Domain
import Testing

@Suite struct LongTableTests {
    private func read(_ text: String, _ options: TableOptions = TableOptions(), pieces: Int = 1 << 20) throws -> (
        points: [String], words: String?
    ) {
        var reader = DailyFileReader(options)
        var points: [SourcedPoint] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            try reader.feed(Array(rest.prefix(pieces)))
            points += reader.takePoints()
            rest = rest.dropFirst(pieces)
        }
        let tables = try reader.finish()
        points += reader.takePoints()
        let texts = points.map { sourced in
            let account = "\(sourced.source?.text ?? "?")/\(sourced.account?.text ?? "?")"
            return "\(sourced.point.line) \(account) \(sourced.point.day) \(sourced.point.metric)=\(sourced.point.value)"
        }
        return (texts, tables[0].words)
    }

    @Test func aRowIsAPoint() throws {
        let text =
            "metric,source,account,day,value\nsessions,ga4,p1,2026-01-01,5\nreach,instagram,,2026-01-02,1.5\nsessions,ga4,p1,2026-01-02,\n"
        let expected = ["2 ga4/p1 2026-01-01 sessions=5", "3 instagram/? 2026-01-02 reach=1.5"]
        #expect(try read(text).points == expected)
        #expect(try read(text, pieces: 1).points == expected)
    }

    @Test func namesOfOursStayAsTheyAre() throws {
        let text = "date,metric,value\n2026-01-01,visits,1\n2026-01-01,Key events,2\n2026-01-01,Link clicks,3\n"
        #expect(
            try read(text, TableOptions(source: "x")).points == [
                "2 x/? 2026-01-01 visits=1", "3 x/? 2026-01-01 conversions=2", "4 x/? 2026-01-01 link_clicks=3",
            ]
        )
        let mapped = try read(text, TableOptions(map: HeaderMap(["visits=sessions", "link clicks="]), source: "x")).points
        #expect(mapped == ["2 x/? 2026-01-01 sessions=1", "3 x/? 2026-01-01 conversions=2"])
    }

    @Test func objectsOnLines() throws {
        let long = """
            {"day": "2026-01-01", "metric": "sessions", "value": 5, "source": "ga4", "account": null}
            {"value": "6.5", "day": "2026-01-02", "metric": "sessions", "source": "ga4"}

            """
        #expect(try read(long).points == ["1 ga4/? 2026-01-01 sessions=5", "2 ga4/? 2026-01-02 sessions=6.5"])
        #expect(try read("\u{FEFF}\n" + long, pieces: 3).points == ["2 ga4/? 2026-01-01 sessions=5", "3 ga4/? 2026-01-02 sessions=6.5"])
        let wide = try readTables(Array("{\"date\": \"2026-01-01\", \"sessions\": 5, \"Key events\": null}\n".utf8))
        #expect(wide[0].accepted?.texts == ["2026-01-01 sessions=5"])
    }

    @Test(arguments: [
        (
            "{\"date\": \"2026-01-01\", \"m\": 1}\n{\"date\": \"2026-01-02\", \"n\": 1}\n",
            "line 2 has a key \"n\" that the first object has not"
        ),
        ("{\"date\": \"2026-01-01\", \"m\": [1]}\n", "line 1: \"m\" holds an object or an array: one value was expected"),
        ("{\"date\": \"2026-01-01\"\n", "line 1: this is no JSON"),
        ("{\"date\": \"2026-01-01\", \"m\": 1}\n[1]\n", "line 2: a JSON object was expected"),
    ])
    func refusesObjects(text: String, words: String) throws {
        #expect(try refusal(text)?.hasPrefix(words) == true)
    }

    @Test(arguments: [
        ("date,metric,value,device\n2026-01-01,a,1,x\n", "the table has a row per metric, and nothing says what its column \"device\" is"),
        ("date,metric,value\n1/2/2026,a,1\n", "line 2 has \"1/2/2026\", and no date of the table says"),
        ("date;metric;value\n2026-01-01;a;1.234\n", "line 2, column \"value\": \"1.234\" can be read in two ways"),
        ("date,metric,value\n2026-01-01,a,1x\n", "line 2, column \"value\": \"1x\" is not a number"),
        ("date,metric,value\n2026-01-01,,1\n", "line 2, column \"metric\": no metric name can be made of \"\""),
        ("date,metric,value,source\n2026-01-01,a,1,GA 4\n", "line 2: "),
        ("date,metric,value\n2026-01-01,a,1\n20260102,a,1\n", "the dates are written in two ways"),
        ("date,metric,value\n2026-01-01,a\n", "line 2 has 2 fields, but there are 3 headers"),
        ("date,metric,value\n2026-01-01,revenue,1\n", "the column \"revenue\" is money, and nothing says in which currency"),
        ("date,metric,value\n", "the table has headers but no rows"),
        ("date,m\n2026-01-01,1\n\ndate,metric,value\n2026-01-01,a,1\n", "a table with a row per metric has to be the only one"),
    ])
    func refuses(text: String, words: String) throws {
        let tables = try readTables(Array(text.utf8))
        #expect(tables.last?.words?.hasPrefix(words) == true, "\(tables.last?.words ?? "taken")")
    }

    /// As in a table with a row per day: one number that tells binds the others.
    @Test func decimalsAreOfOneKind() throws {
        let told = try read("date,metric,value\n2026-01-01,a,\"1,5\"\n2026-01-02,a,1.234\n", TableOptions(source: "x"))
        #expect(told.points == ["2 x/? 2026-01-01 a=1.5", "3 x/? 2026-01-02 a=1234"])
        for second in ["1.5", "\"1,234.5\""] {
            let mixed = try read("date,metric,value\n2026-01-01,a,\"1,5\"\n2026-01-02,a,\(second)\n", TableOptions(source: "x"))
            #expect(mixed.words?.hasPrefix("the decimals are written in two ways: line 2") == true, "\(second)")
        }
        // Taken for thousands at first, which a later number contradicts.
        let late = try read("date,metric,value\n2026-01-01,a,\"1,234\"\n2026-01-02,a,\"1,5\"\n", TableOptions(source: "x"))
        #expect(late.words?.hasPrefix("the decimals are written in two ways: line 2") == true)
    }

    @Test func percentsAreFractions() throws {
        let text = "date,metric,value\n2026-01-01,CTR (%),2.54\n2026-01-02,ctr,2.54%\n2026-01-03,ctr,0.5\n"
        #expect(
            try read(text, TableOptions(source: "x")).points == [
                "2 x/? 2026-01-01 ctr=0.0254", "3 x/? 2026-01-02 ctr=0.0254", "4 x/? 2026-01-03 ctr=0.5",
            ]
        )
    }

    @Test func aSlipInAMapIsNoticed() throws {
        let words = try read("date,metric,value\n2026-01-01,visits,1\n", TableOptions(map: HeaderMap(["visit=sessions"]), source: "x"))
            .words
        #expect(words?.hasPrefix("--map names a column \"visit\" that the file hasn't") == true)
    }

    @Test func nothingIsHandedOutBehindAProblem() throws {
        let read = try read("date,metric,value\n2026-01-01,a,1\n2026-01-02,a,x\n2026-01-03,a,3\n", TableOptions(source: "x"))
        #expect(read.points == ["2 x/? 2026-01-01 a=1"])
        #expect(read.words == "line 3, column \"value\": \"x\" is not a number")
    }

    @Test func optionsSettleWhatHasTwoReadings() throws {
        let text = "date;metric;value\n1/2/2026;a;1.234\n"
        #expect(try read(text, TableOptions(dates: .dayFirst, decimals: .comma, source: "x")).points == ["2 x/? 2026-02-01 a=1234"])
        #expect(try read(text, TableOptions(dates: .monthFirst, decimals: .point, source: "x")).points == ["2 x/? 2026-01-02 a=1.234"])
    }

    @Test func theLayoutCanBeNamed() throws {
        var options = TableOptions(source: "x")
        options.layout = .wide
        let wide = try readTables(Array("date,metric,value\n2026-01-01,1,2\n".utf8), options)
        #expect(wide[0].accepted?.texts == ["2026-01-01 metric=1", "2026-01-01 value=2"])
        options.layout = .long
        #expect(
            try readTables(Array("date,m\n2026-01-01,1\n".utf8), options)[0].words?.hasPrefix(
                "a table with a row per metric has the columns"
            ) == true
        )
    }
}
