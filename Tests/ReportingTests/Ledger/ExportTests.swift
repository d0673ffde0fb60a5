// Everything out again: whole whatever the pages, and as it was when the export began.
import Domain
import Postgres
import Reporting
import Storage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ExportTests {
    private func export(_ numbers: Numbers, _ kind: Export.Kind, _ filter: EntryFilter = EntryFilter(), page: Int) async throws
        -> [[String?]]
    {
        var rows: [[String?]] = []
        var pages = try await Export(numbers.test.database, pageLength: page).begin(kind, filter, of: numbers.user)
        while let page = try await pages.next() { rows += page }
        return rows
    }

    @Test func thePagesMakeNoDifference() async throws {
        try await Numbers.with { numbers in
            var writer = RandomWriter(numbers: numbers, rewrites: true, random: Seeded(UInt64.random(in: 0...UInt64.max)))
            for _ in 0..<60 { try await writer.write() }
            _ = try await numbers.test.database.query("update metrics set created_at = null where id % 5 = 0")
            let points: Int = try await numbers.test.database.query("select count(*) from livinglytics.points")[0].get(0)
            let entries: Int = try await numbers.test.database.query("select count(*) from metrics")[0].get(0)
            for kind in [Export.Kind.points, .entries] {
                let whole = try await export(numbers, kind, page: 100_000)
                #expect(whole.count == (kind == .points ? points : entries))
                for page in [1, 7, whole.count] { #expect(try await export(numbers, kind, page: page) == whole) }
            }
        }
    }

    @Test func whatIsPostedMeanwhileIsNotInIt() async throws {
        try await Numbers.with { numbers in
            try await numbers.insert("sessions 2026-01-01 1", "sessions 2026-01-02 2", "views 2026-01-03 3")
            var days: [String?] = []
            var pages = try await Export(numbers.test.database, pageLength: 1).begin(.points, EntryFilter(), of: numbers.user)
            while let rows = try await pages.next() {
                days += rows.map { $0[3] }
                _ = try await numbers.test.database.query(
                    """
                    insert into metrics (user_id, source_name, metric_date, metric_name, metric_value)
                    values (\(numbers.user), 's', '2026-01-09', 'zebra', 1)
                    """
                )
            }
            #expect(days == ["2026-01-01", "2026-01-02", "2026-01-03"])
        }
    }

    @Test func onlyWhatWasAskedFor() async throws {
        try await Numbers.with { numbers in
            try await numbers.insert("sessions 2026-01-01 1", "sessions 2026-01-02 2 b", "views 2026-01-02 3")
            let filter = EntryFilter(metric: "sessions", days: try numbers.january(2)...(try numbers.january(5)))
            #expect(try await export(numbers, .points, filter, page: 10) == [["sessions", "s", "b", "2026-01-02", "2"]])
        }
    }

    @Test func linesAreWhatTheFormatSays() {
        let rows: [[String?]] = [["sessions", "s", "a,\"b\"\nc", "2026-01-01", "1.50", "1", nil, #"{"n": 1.0}"#, nil]]
        let columns = Export.Kind.entries.columns
        #expect(ExportFormat.csv.header(columns) == "metric,source,account,day,value,presence,import_id,meta,created_at\n")
        #expect(ExportFormat.csv.lines(rows, columns) == "sessions,s,\"a,\"\"b\"\"\nc\",2026-01-01,1.50,1,,\"{\"\"n\"\": 1.0}\",\n")
        let line =
            #"{"metric":"sessions","source":"s","account":"a,\"b\"\nc","day":"2026-01-01","value":1.5,"presence":1,"import_id":null,"#
        #expect(ExportFormat.ndjson.lines(rows, columns) == line + #""meta":{"n":1},"created_at":null}"# + "\n")
    }
}
