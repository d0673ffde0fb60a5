// Taps: their messages, what a map makes of them, and the taps that need none.

import Connectors
import Domain
import Testing

@Suite struct SingerTests {
    /// What each line comes to, as text.
    private func read(_ lines: [String], _ map: String? = nil, _ options: TableOptions = TableOptions()) throws -> [String] {
        var reader = SingerReader(try map.map { try StreamMap(reading: $0) } ?? .none, options: options)
        reader.feed(Array((lines.joined(separator: "\n") + "\n").utf8))
        reader.finish()
        var events: [String] = []
        while let event = try reader.next() {
            switch event {
            case .points(_, let points):
                events += points.map { sourced in
                    let account = "\(sourced.source?.text ?? "?")/\(sourced.account?.text ?? "")"
                    return "\(account) \(sourced.point.day) \(sourced.point.metric)=\(sourced.point.value)"
                }.sorted()
            case .quarantined(_, let line, let reason, _): events.append("line \(line): \(reason)")
            case .state(let value): events.append("state \(String(decoding: value, as: UTF8.self))")
            case .replaced(let stream): events.append("replaced \(stream)")
            }
        }
        return events
    }

    private static let schema = """
        {"type": "SCHEMA", "stream": "s", "key_properties": ["day", "property"], "schema": {"properties": {"day": {}, "property": {}, "n": {}}}}
        """
    private static let map = """
        streams:
          s:
            source: crm
            account: [property]
            date: day
            metrics: {contacts: n}
        """

    private static func record(_ fields: String) -> String { #"{"type": "RECORD", "stream": "s", "record": {\#(fields)}}"# }

    @Test func recordsBecomePoints() throws {
        let events = try read(
            [
                #"{"type": "state", "value": {"first": 1.0}}"#, Self.schema,
                Self.record(#""day": "2026-01-01", "property": 7, "n": 5"#),
                Self.record(#""day": "2026-01-02T00:00:00+00:00", "property": "x", "n": "6.50""#),
                Self.record(#""day": "20260103", "property": "x", "n": null"#),
                Self.record(#""day": "2026-01-04", "property": "x""#),
                #"{"type": "STATE",  "value" : {"b": {"z": 1, "a": [1e3, "\u00e9}"]}} }"#,
            ],
            Self.map
        )
        #expect(
            events == [
                #"state {"first": 1.0}"#, "crm/7 2026-01-01 contacts=5", "crm/x 2026-01-02 contacts=6.5",
                #"state {"b": {"z": 1, "a": [1e3, "\u00e9}"]}}"#,
            ]
        )
    }

    @Test(arguments: [
        (#""property": "x", "n": 1"#, "its field \"day\", the day, is missing"),
        (#""day": "soon", "property": "x", "n": 1"#, "\"soon\" in its field \"day\" is no day: YYYY-MM-DD was expected"),
        (#""day": "2026-01-01 - 2026-01-07", "property": "x", "n": 1"#, "\"2026-01-01 - 2026-01-07\" in its field \"day\" is no day"),
        (#""day": "2026-01-01", "property": "x", "n": "1,234""#, "\"1,234\" in its field \"n\" is no number"),
        (#""day": "1/2/2026", "property": "x", "n": 1"#, "\"1/2/2026\" in its field \"day\" is no day: YYYY-MM-DD was expected"),
        (#""day": "2026-01-01", "n": 1"#, "its field \"property\", of its account, is missing"),
        (#""day": "2026-01-01", "property": "a\nb", "n": 1"#, "\"a\\nb\" "),
        (#""day": "2026-01-01", "property": "x", "n": "many""#, "\"many\" in its field \"n\" is no number"),
        (#""day": "2026-01-01", "property": "x", "n": true"#, "its field \"n\" is no number"),
        (#""day": true, "property": "x", "n": 1"#, "its field \"day\" is no day"),
    ])
    func badRecordsAreQuarantined(fields: String, reason: String) throws {
        let events = try read([Self.schema, Self.record(fields), Self.record(#""day": "2026-01-01", "property": "x", "n": 1"#)], Self.map)
        #expect(events.count == 2 && events[0].hasPrefix("line 2: \(reason)"), "\(events)")
        #expect(events.last == "crm/x 2026-01-01 contacts=1")
    }

    /// Found by libFuzzer.
    @Test func aStateOfBrokenTextIsQuarantined() throws {
        var reader = SingerReader()
        reader.feed(Array(#"{"type": "STATE", "value": {"a": "20"#.utf8) + [0xFF] + Array("\"}}\n".utf8))
        reader.finish()
        guard case .quarantined(_, 1, let reason, _)? = try reader.next() else {
            Issue.record("handed on")
            return
        }
        #expect(reason.hasPrefix("this is no JSON"))
    }

    @Test func whatIsNoMessageIsQuarantined() throws {
        let events = try read([Self.record(#""day": 1"#), "{", Self.schema, #"{"type": "RECORD", "stream": "s"}"#], Self.map)
        #expect(events.count == 3)
        #expect(events[0] == "line 1: its stream has sent no SCHEMA")
        #expect(events[1].hasPrefix("line 2: this is no JSON"))
        #expect(events[2] == "line 4: this RECORD has no record")
    }

    @Test(arguments: [
        (#"{"type": "SCHEMA", "stream": "t", "schema": {"properties": {"a": {}, "b": {}}}}"#, "the stream \"t\" is not in the map"),
        (
            #"{"type": "SCHEMA", "stream": "s", "key_properties": ["day", "device", "property"], "schema": {"properties": {}}}"#,
            "the stream \"s\" has a record for each \"device\" besides"
        ),
        (
            #"{"type": "SCHEMA", "stream": "s", "key_properties": [], "schema": {"type": "object"}}"#,
            "the SCHEMA of the stream \"s\" has no properties"
        ),
        (
            #"{"type": "BATCH", "stream": "s", "manifest": ["file:///etc/passwd"]}"#,
            "the stream \"s\" comes as BATCH, which names files: none is opened"
        ),
        (#"{"type": "ACTIVATE", "stream": "s"}"#, "line 1: \"ACTIVATE\" is no type of message"),
        (#"{"day": 1}"#, "line 1: this is no message of a tap: it has no type"),
    ])
    func refusesStreams(line: String, words: String) throws {
        do {
            _ = try read([line], Self.map)
            Issue.record("taken")
        } catch let refusal as StreamRefusal {
            #expect(refusal.description.hasPrefix(words), "\(refusal)")
        }
    }

    /// Three streams out of order, a state first, versions: of ome9ax/target-s3-jsonl (Apache-2.0). None of it is a number of a day.
    @Test func aRealStreamIsReadWholeAndNothingIsInvented() throws {
        func read(_ map: StreamMap, isLenient: Bool) throws -> (states: Int, others: Int, reader: SingerReader) {
            var reader = SingerReader(map, isLenient: isLenient)
            reader.feed(try fixture("singer-targets3jsonl-three-streams.jsonl"))
            reader.finish()
            var (states, others) = (0, 0)
            while let event = try reader.next() {
                if case .state = event { states += 1 } else { others += 1 }
            }
            return (states, others, reader)
        }
        let looked = try read(.none, isLenient: true)
        #expect((looked.states, looked.others, looked.reader.recordCount) == (10, 0, 6))
        #expect(
            looked.reader.skipped.mapValues(\.records) == [
                "tap_dummy_test-test_table_one": 1, "tap_dummy_test-test_table_two": 2, "tap_dummy_test-test_table_three": 3,
            ]
        )
        #expect(throws: StreamRefusal.self) { try read(.none, isLenient: false) }
        let names = ["one", "two", "three"].map { "tap_dummy_test-test_table_\($0): skip" }
        #expect(try read(StreamMap(reading: "streams: {\(names.joined(separator: ", "))}"), isLenient: false).states == 10)
    }

    @Test func aVersionReplacesWhereTheMapSaysSo() throws {
        let lines = [
            Self.schema, #"{"type": "RECORD", "stream": "s", "version": 7, "record": {"day": "2026-01-01", "property": "x", "n": 1}}"#,
            #"{"type": "ACTIVATE_VERSION", "stream": "s", "version": 7}"#, #"{"type": "ACTIVATE_VERSION", "stream": "s", "version": 6}"#,
        ]
        #expect(try read(lines, Self.map) == ["crm/x 2026-01-01 contacts=1"])
        #expect(try read(lines, Self.map + "\n    versions: replace\n") == ["crm/x 2026-01-01 contacts=1", "replaced s"])
    }

    @Test func mapsAreYAMLOrJSON() throws {
        let record = Self.record(#""day": "2026-01-01", "property": "x", "n": 1"#)
        for map in [
            Self.map, #"{"streams": {"s": {"source": "crm", "account": "property", "date": "day", "metrics": {"contacts": "n"}}}}"#,
        ] {
            #expect(try read([Self.schema, record], map) == ["crm/x 2026-01-01 contacts=1"])
        }
        let named = "streams: {s: {source: crm, day: 2026-02-03, account: [day, property], metric: property, value: n}, other: skip}"
        let skipped = #"{"type": "SCHEMA", "stream": "other", "schema": {}}"#
        #expect(
            try read([skipped, #"{"type": "RECORD", "stream": "other", "record": {}}"#, Self.schema, record], named)
                == ["crm/2026-01-01/x 2026-02-03 x=1"]
        )
    }

    @Test(arguments: [
        ("streams: {s: {source: crm, metrics: {a: n}}}", "the map of the stream \"s\": give either date"),
        ("streams: {s: {date: d}}", "the map of the stream \"s\": give either metrics"),
        ("streams: {s: {date: d, metrics: {A b: n}}}", "the map of the stream \"s\": "),
        ("streams: {s: {date: d, metrics: {a: n}, versions: drop}}", "the map of the stream \"s\": \"drop\" is no value of versions"),
        ("streams: {s: {day: soon, metrics: {a: n}}}", "the map of the stream \"s\": \"soon\" is no day"),
        ("streams: {s: {date: d, metric: m}}", "the map of the stream \"s\": give either metrics"),
        ("streams: {s: {dates: d}}", "the map has a field \"dates\" where there are only account, date, day, metric"),
        ("streams: {s: pass}", "\"pass\" is neither skip nor the fields of a stream"),
        ("steams: {}", "the map can't be used: \"streams\" is missing"),
        ("streams: [", "the map is no YAML"),
        ("streams: {a: &x skip, b: *x}", "the map has an anchor or alias, \"&x\""),
    ])
    func refusesMaps(text: String, words: String) {
        do {
            _ = try StreamMap(reading: text)
            Issue.record("taken")
        } catch {
            #expect(error.description.hasPrefix(words), "\(error)")
        }
    }

    /// Streams and fields of MeltanoLabs/tap-google-analytics, client.py and its default reports.
    @Test func googleAnalyticsNeedsNoMap() throws {
        func schema(_ keys: String, _ fields: String...) -> String {
            let all = ["date", "report_start_date", "report_end_date"] + fields
            return #"{"type": "SCHEMA", "stream": "website_overview", "key_properties": \#(keys), "schema": {"properties": {"#
                + all.map { "\"\($0)\": {}" }.joined(separator: ", ") + "}}}"
        }
        let record =
            #"{"type": "RECORD", "stream": "website_overview", "record": {"date": "20260101", "report_start_date": "2026-01-01", "report_end_date": "2026-01-31", "sessions": 5, "activeUsers": 4, "bounceRate": 0.5, "totalRevenue": "1.5"}}"#
        let fields = schema(#"["date"]"#, "sessions", "activeUsers", "bounceRate", "totalRevenue")
        #expect(try read([fields, record]) == ["ga4/ 2026-01-01 sessions=5", "ga4/ 2026-01-01 users=4"])
        #expect(try read([fields, record], nil, TableOptions(currency: "EUR")).last == "ga4/ 2026-01-01 users=4")
        #expect(try read([fields, record], nil, TableOptions(currency: "EUR")).contains("ga4/ 2026-01-01 total_revenue.EUR=1.5"))
        #expect(throws: StreamRefusal.unmappedKey("website_overview", fields: ["browser"])) {
            try read([schema(#"["date", "browser"]"#, "browser", "sessions")])
        }
    }

    /// The same choice in every process.
    @Test func ofTwoFieldsOfOneMetricTheFirstCounts() throws {
        let schema =
            #"{"type": "SCHEMA", "stream": "r", "key_properties": ["date"], "schema": {"properties": {"date": {}, "report_start_date": {}, "report_end_date": {}, "totalUsers": {}, "activeUsers": {}, "conversions": {}, "keyEvents": {}}}}"#
        let record =
            #"{"type": "RECORD", "stream": "r", "record": {"date": "20260101", "totalUsers": 9, "activeUsers": 4, "conversions": 8, "keyEvents": 3}}"#
        #expect(try read([schema, record]) == ["ga4/ 2026-01-01 conversions=3", "ga4/ 2026-01-01 users=4"])
    }

    /// Streams and fields of voxmedia/tap-instagram, streams.py. A day ends at midnight in California, which is 07:00 or 08:00 in UTC.
    @Test func thereIsADayBeforeWhichThereIsNone() throws {
        let schema =
            #"{"type": "SCHEMA", "stream": "user_insights_daily", "schema": {"properties": {"id": {}, "name": {}, "period": {}, "end_time": {}, "context": {}, "value": {}}}}"#
        let record =
            #"{"type": "RECORD", "stream": "user_insights_daily", "record": {"id": "1/", "name": "reach", "end_time": "0001-01-01T00:00", "value": 5}}"#
        #expect(try read([schema, record]) == ["line 2: \"0001-01-01T00:00\" in its field \"end_time\" is the end of no day"])
    }

    @Test(arguments: [("07:00:00", "2025-12-31"), ("08:00:00", "2025-12-31"), ("08:00:01", "2026-01-01"), ("00:00:00", "2025-12-31")])
    func instagramNeedsNoMap(time: String, day: String) throws {
        let schema =
            #"{"type": "SCHEMA", "stream": "user_insights_daily", "key_properties": ["id"], "schema": {"properties": {"id": {}, "name": {}, "period": {}, "end_time": {}, "context": {}, "value": {}}}}"#
        func record(_ name: String) -> String {
            #"{"type": "RECORD", "stream": "user_insights_daily", "record": {"id": "17/insights/\#(name)/day", "name": "\#(name)", "period": "day", "end_time": "2026-01-01 \#(time)", "context": null, "value": 9}}"#
        }
        #expect(try read([schema, record("reach"), record("new_thing")]) == ["instagram/17 \(day) reach=9"])
    }
}
