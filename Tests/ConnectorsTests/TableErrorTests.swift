// Refusals of tables: each in words that say what, where, and what to do.

import Connectors
import Domain
import Testing

@Suite struct TableErrorTests {
    @Test(arguments: [
        ("", "the file is empty: a table begins with a line of headers, such as date,sessions"),
        ("\n\n", "the file is empty: a table begins with a line of headers, such as date,sessions"),
        ("date,m\n", "the table has headers but no rows: there is nothing to import"),
        ("date,m\n2024-01-01,\n", "the table has rows, but not one value: there is nothing to import"),
        ("date\n2024-01-01\n", "the table has no column of numbers: its headers are \"date\""),
        (
            "a,b,c\n1,2,3\n",
            "no column holds the days: the headers are \"a\", \"b\" and \"c\", and one should be called date or day; "
                + "if another one holds the days, "
                + "say so with --map HEADER=date"
        ),
        (
            "Date;Primary\n",
            "the column \"Primary\" is named after the title above its table, and there is none that makes a metric name: name it with "
                + "--map Primary=METRIC"
        ),
        (
            "only this\n",
            "the line \"only this\" is one column alone: a table begins with a line of headers, such as date,sessions; "
                + "remove whatever stands above it"
        ),
        (
            "My report\nOf a shop\n",
            "the line \"Of a shop\" is one column alone: a table begins with a line of headers, such as date,sessions; "
                + "remove whatever stands above it"
        ),
        ("date,day,m\n", "\"date\" and \"day\" could each hold the days: leave out all but one with --map date="),
        ("date,m, M \n", "columns 2 and 3 have the same header, \"M\": rename one of them in the file"),
        (
            "date,Größe m\n",
            "no metric name can be made of the header \"Größe m\": name it with --map 'Größe m=METRIC', or leave the column out with "
                + "--map 'Größe m='"
        ),
        (
            "date,7\u{1B}[31m\n",
            "no metric name can be made of the header \"7\\u{1B}[31m\": "
                + "name it with --map HEADER=METRIC, or leave the column out with --map HEADER="
        ),
        (
            "date,visits,Sessions\n",
            "\"visits\" and \"Sessions\" would all be the metric sessions: "
                + "give all but one another name with --map visits=METRIC, or leave them "
                + "out with --map visits="
        ),
        (
            "date,m\n2024-01-01,1\n\n2024-01-02,1\n",
            "line 3 is blank, and line 4 goes on with the rows above it: remove the blank line, or give the second table its headers"
        ),
        (
            "date,m\n2024-01-01,1\n1/2/2024,1\n",
            "the dates are written in two ways: line 2 has \"2024-01-01\" (YYYY-MM-DD) and line 3 has \"1/2/2024\" (M/D/YYYY or D/M/YYYY): "
                + "write all of them in "
                + "one way, best as YYYY-MM-DD"
        ),
        (
            "date,m\n13/13/2024,1\n",
            "line 2, column \"date\": \"13/13/2024\" is no day of the calendar: M/D/YYYY or D/M/YYYY was expected"
        ),
        (
            "date,m\n2024-01-31,1\n2024-02-30,1\n",
            "line 3, column \"date\": \"2024-02-30\" is no day of the calendar: YYYY-MM-DD was expected"
        ),
        (
            "Day,m\nSum,1\n",
            "line 2, column \"Day\": \"Sum\" is not a date (YYYY-MM-DD, YYYY-MM-DDT00:00:00, YYYYMMDD, YYYY/MM/DD, M/D/YYYY, D/M/YYYY, D.M.YYYY)"
        ),
        (
            "Day,m\n2024-01/02,1\n",
            "line 2, column \"Day\": \"2024-01/02\" is not a date (YYYY-MM-DD, YYYY-MM-DDT00:00:00, YYYYMMDD, YYYY/MM/DD, M/D/YYYY, D/M/YYYY, D.M.YYYY)"
        ),
        ("date,m\n20240101,1\nSum,1\n", "line 3, column \"date\": \"Sum\" is not a date: YYYYMMDD was expected"),
        ("date,m\n2024-01-01,1\n,1\n", "line 3, column \"date\": the date is missing"),
        (
            "date,m\n2024-01-01,1,234\n",
            "line 2 has 3 fields, but there are 2 headers: is a field with a separator in it missing its quotes?"
        ),
        (
            "date,m\n2024-01-01,1\n2024-01-02,1\n2024-01-01,3\n",
            "line 4: 2024-01-01 is already on line 2: the table needs one row per day, with the day's totals"
        ),
        (
            "date,Page title,m\n2024-01-01,Home,1\n2024-01-02,Home,2\n",
            "column \"Page title\" has no numbers (line 2: \"Home\"): leave it out with --map 'Page title='"
        ),
        (
            "date,a,b\n2024-01-01,5%,1\n2024-01-02,3,1\n2024-01-03,0,2%\n",
            "line 3, column \"a\": \"3\" has no percent sign, but the number on line 2 has one\n"
                + "line 4, column \"b\": \"2%\" has a percent sign, but the number on line 2 has none"
        ),
        ("date,m\n2024-01-01,\"1\n", "the quoted field that opens on line 2 never ends: a closing \" is missing"),
    ])
    func refusesInWords(text: String, words: String) throws {
        #expect(try refusal(text) == words)
    }

    @Test func aMapMustNameColumnsOfTheFile() throws {
        #expect(
            try refusal("date,visits\n2024-01-01,1\n", map: ["visit=sessions"])
                == "--map names a column \"visit\" that the file hasn't: its headers are \"date\" and \"visits\""
        )
    }

    @Test func listsTheFirstTwentyFromTopToBottom() throws {
        var text = "date,a,b\n2024-01-01,1,1\n"
        for day in 2...31 { text += "2024-01-\(day < 10 ? "0" : "")\(day),x\(day),y\(day)\n" }
        let lines = try #require(try refusal(text)).split(separator: "\n")
        #expect(lines.count == 21)
        #expect(lines.first == "line 3, column \"a\": \"x2\" is not a number")
        #expect(lines.dropFirst().first == "line 3, column \"b\": \"y2\" is not a number")
        #expect(lines.dropLast().last == "line 12, column \"b\": \"y11\" is not a number")
        #expect(lines.last == "and 40 more")
    }

    @Test func longAndInvisibleTextIsCutAndEscaped() throws {
        let text = "\u{1B}[2J" + String(repeating: "z", count: 100)
        let words = "\\u{1B}[2J" + String(repeating: "z", count: 56) + "…"
        #expect(try refusal("date,m\n2024-01-01,1\n2024-01-02,\(text)\n") == "line 3, column \"m\": \"\(words)\" is not a number")
    }

    @Test func aTextColumnIsOneProblemBesideOthers() throws {
        #expect(
            try refusal("date,device,m\n2024-01-01,phone,1\n2024-01-02,tablet,x\n2024-01-03,tv,2\n")
                == "column \"device\" has no numbers (line 2: \"phone\"): leave it out with --map device=\n"
                + "line 3, column \"m\": \"x\" is not a number"
        )
    }
}
