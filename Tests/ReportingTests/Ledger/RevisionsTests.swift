// The ledger behind the numbers: entries page by page, and why a number is another one than before.
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@testable import Reporting

@Suite(.timeLimit(.minutes(10))) struct RevisionsTests {
    private func post(_ numbers: Numbers, _ points: [(Int, Int)], file: String) async throws {
        let account = Account(user: numbers.user, source: "ga4", ref: .none)
        var rest = try points.map {
            PostedPoint(metric: "sessions", day: try numbers.january($0.0), value: ExactDecimal($0.1), line: $0.0)
        }[...]
        let provenance = Provenance(importID: ImportID(), meta: ["file": .string(file)])
        _ = try await Ledger(numbers.test.database).post(to: account, from: provenance) { rest.popFirst() }
    }

    /// A moment after everything so far and before everything to come.
    private func now(_ numbers: Numbers) async throws -> Moment {
        let text: String = try await numbers.test.database.query(
            "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
        )[0].get(0)
        return try #require(Moment(text))
    }

    private func revisions(_ numbers: Numbers, since: Moment, until: Moment? = nil, limit: Int = 1000) async throws -> [Revision] {
        var found: [Revision] = []
        var cursor: Cursor?
        repeat {
            let page = try await Revisions(numbers.test.database).page(
                EntryFilter(metric: "sessions"),
                of: numbers.user,
                in: Span(since: since, until: until),
                after: cursor,
                limit: limit
            )
            #expect(page.items.count <= limit)
            found += page.items
            cursor = try page.next.map { try #require(Cursor($0.text, fields: 4)) }
        } while cursor != nil
        return found
    }

    @Test func whatChangedIsToldWithBeforeAfterAndBy() async throws {
        try await Numbers.with { numbers in
            try await post(numbers, [(1, 10), (2, 20), (3, 30)], file: "a.csv")
            let report = try await now(numbers)
            try await post(numbers, [(1, 10), (2, 25), (4, 0)], file: "b.csv")
            let between = try await now(numbers)
            try await post(numbers, [(2, 20)], file: "c.csv")
            let changed = try await revisions(numbers, since: report, until: between)
            #expect(changed.map(\.day) == ["2026-01-02", "2026-01-04"])
            #expect(changed[0].before == 20 && changed[0].after == 25)
            #expect(changed[0].entries.map(\.value) == [5] && changed[0].entries[0].meta["file"] == "b.csv")
            // There was no point on the 4th: now there is a zero.
            #expect(changed[1].before == nil && changed[1].after == 0)
            // What went away and came back changed nothing in the end.
            #expect(try await revisions(numbers, since: report).map(\.day) == ["2026-01-04"])
        }
    }

    @Test func pagesHoldEverythingOnce() async throws {
        try await Numbers.with { numbers in
            let report = try await now(numbers)
            try await post(numbers, (1...31).map { ($0, $0) }, file: "a.csv")
            let all = try await revisions(numbers, since: report)
            #expect(all.count == 31)
            #expect(try await revisions(numbers, since: report, limit: 7) == all)
            var (ids, cursor): ([Int], Cursor?) = ([], nil)
            repeat {
                let page = try await EntryList(numbers.test.database).page(EntryFilter(), of: numbers.user, after: cursor, limit: 10)
                ids += page.items.map(\.id)
                // While somebody turns pages others post: nothing is skipped, nothing comes twice.
                if ids.count == 10 { try await post(numbers, [(1, 99)], file: "b.csv") }
                cursor = try page.next.map { try #require(Cursor($0.text, fields: 2)) }
            } while cursor != nil
            #expect(ids.count == 32 && Set(ids).count == 32)
        }
    }

    @Test func entriesSayWhereTheyComeFrom() async throws {
        try await Numbers.with { numbers in
            try await post(numbers, [(1, 10)], file: "a.csv")
            let account = Account(user: numbers.user, source: "ga4", ref: .none)
            let correction = try #require(
                Correction(account: account, metric: "sessions", day: try numbers.january(1), value: 7, note: "the tag fired twice")
            )
            #expect(try await Corrections(numbers.test.database).post(correction).importID != nil)
            #expect(try await Corrections(numbers.test.database).post(correction).importID == nil)
            // A row of the brief's own, without a stamp, comes first.
            _ = try await numbers.test.database.query(
                """
                insert into metrics (user_id, source_name, metric_date, metric_name, metric_value, created_at, meta)
                values (\(numbers.user), 'ga4', '2026-01-02', 'sessions', 1, null, null)
                """
            )
            let entries = try await EntryList(numbers.test.database).page(EntryFilter(), of: numbers.user, after: nil, limit: 10).items
            #expect(entries.map(\.value) == [1, 10, -3])
            #expect(entries.map(\.kind) == [.first, .first, .restatement])
            #expect(entries[0].createdAt == nil && entries[0].meta == [:])
            #expect(entries[1].meta["file"] == "a.csv" && entries[1].meta["line"] == .number(1))
            #expect(entries[2].meta["note"] == "the tag fired twice")
        }
    }

    @Test(arguments: [["a"], ["", "x~y_z", "ä\n"], ["-infinity", "7"]])
    func aCursorComesBackAsItWas(_ fields: [String]) throws {
        let cursor = Cursor(fields)
        #expect(cursor.text.utf8.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: "&") && $0 != UInt8(ascii: "+") })
        #expect(Cursor(cursor.text, fields: fields.count) == cursor)
        #expect(Cursor(cursor.text, fields: fields.count + 1) == nil)
    }
}
