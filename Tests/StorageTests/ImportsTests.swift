// The list of imports: what runs, what has ended, and what is asked for twice.
import Domain
import Postgres
import Reporting
import Storage
import TestSupport
import Testing

@Suite struct ImportsTests {
    private func row(_ key: ImportKey, _ test: TestDatabase) async throws -> ImportRow {
        try await ImportList(test.database).find(key.id, of: key.user).unwrapped()
    }

    @Test func aSilentImportHasFailed() async throws {
        try await TestDatabase.with { test in
            let key = ImportKey(user: try await PostingRulesTests.user(test))
            let imports = Imports(test.database)
            _ = try await imports.begin(key, name: "a.csv")
            try await imports.advance(key, bytes: 10, rows: 2)
            let running = try await row(key, test)
            #expect((running.status, running.bytes, running.rows) == ("running", 10, 2))
            _ = try await test.database.query("update livinglytics.imports set seen_at = now() - interval '21 seconds'")
            let silent = try await row(key, test)
            #expect(silent.status == "failed" && silent.failure == "the process that ran it is gone")
            // A silence is no end: one that is heard of again lives.
            try await imports.advance(key, bytes: 11, rows: 3)
            #expect(try await row(key, test).status == "running")
            try await imports.fail(key, "no\0 more")
            #expect(try await row(key, test).failure == "no more")
        }
    }

    @Test func aPostingEndsIt() async throws {
        try await TestDatabase.with { test in
            let posted = try await PostingRulesTests.post(["a m 01 1", "a m 02 1"], test)
            let key = ImportKey(user: try await PostingRulesTests.user(test), id: posted.id)
            let found = try await row(key, test)
            #expect((found.status, found.points, found.entries, found.name) == ("posted", 2, 2, "a.csv"))
            try await Imports(test.database).fail(key, "too late")
            #expect(try await row(key, test).status == "posted")
        }
    }

    @Test func aKeyIsForOneRequest() async throws {
        try await TestDatabase.with { test in
            let imports = Imports(test.database)
            let user = try await PostingRulesTests.user(test)
            let (first, second) = (ImportKey(user: user), ImportKey(user: user))
            let once = IdempotencyKey(key: "k", request: "source=ga4")
            func begin(_ key: ImportKey, _ once: IdempotencyKey) async throws -> String {
                switch try await imports.begin(key, name: "x", once: once) {
                case .begun: "begun"
                case .done(let id, let report): "done \(id == first.id) \(report)"
                case .underWay(let id): "under way \(id == first.id)"
                case .otherRequest(let id): "other \(id == first.id)"
                case .idTaken: "taken"
                }
            }
            #expect(try await begin(first, once) == "begun")
            #expect(try await begin(first, IdempotencyKey(key: "k2", request: "")) == "taken")
            #expect(try await begin(second, once) == "under way true")
            #expect(try await begin(second, IdempotencyKey(key: "k", request: "source=ga5")) == "other true")
            try await imports.finish(first, report: ["b": 1, "a": 2])
            #expect(try await begin(second, once) == #"done true {"b":1,"a":2}"#)
            _ = try await test.database.query("update livinglytics.imports set status = 'failed'")
            #expect(try await begin(second, once) == "begun")
        }
    }

    @Test func theNewestComesFirst() async throws {
        try await TestDatabase.with { test in
            var ids: [String] = []
            for day in 1...5 { ids.insert(try await PostingRulesTests.post(["a m 0\(day) 1"], test).id.description, at: 0) }
            let (list, user) = (ImportList(test.database), try await PostingRulesTests.user(test))
            let first = try await list.page(of: user, after: nil, limit: 2)
            let cursor = try Cursor(ofImports: try first.next.unwrapped().text).unwrapped()
            let second = try await list.page(of: user, after: cursor, limit: 10)
            #expect((first.items + second.items).map(\.id) == ids)
            #expect(second.next == nil)
        }
    }

    @Test func quarantinedRecordsAreKept() async throws {
        try await TestDatabase.with { test in
            let user = try await PostingRulesTests.user(test)
            let provenance = Provenance(name: "tap", meta: [:])
            let bad = QuarantinedRecord(
                line: 7,
                stream: "s",
                reason: "no day",
                record: "{\"a\": \"\0\"}" + String(repeating: "x", count: 20_000)
            )
            _ = try await Ledger(test.database).post(for: user, from: provenance, quarantined: [bad]) { nil }
            let found = try await row(ImportKey(user: user, id: provenance.importID), test)
            #expect(found.quarantined == 1)
            #expect(found.records.map(\.line) == [7])
            #expect(found.records[0].record.count == QuarantinedRecord.longestRecord)
        }
    }

    @Test func restoredEntriesKnowTheirImports() async throws {
        try await TestDatabase.with { test in
            let id = try await PostingRulesTests.post(["a m 01 1"], test).id
            let user = try await PostingRulesTests.user(test)
            var pages = try await Export(test.database).begin(.entries, EntryFilter(), of: user)
            #expect(try await pages.next()?.count == 1)
            _ = try await Users(test.database).add(email: "b@x.test")
            let other = try await Users(test.database).find(email: "b@x.test").unwrapped().id
            var rest = [
                LedgerEntry(
                    metric: "m",
                    source: "ga4",
                    account: "a",
                    day: try Day(iso: "2026-01-01").unwrapped(),
                    value: 1,
                    presence: 1,
                    importID: id,
                    meta: "{\"file\": \"a.csv\"}",
                    createdAt: try Moment("2026-01-02T00:00:00Z").unwrapped()
                )
            ][...]
            _ = try await Ledger(test.database).restore(to: other) { rest.popFirst() }
            #expect(try await row(ImportKey(user: other, id: id), test).name == "a.csv")
            #expect(try await Imports(test.database).undo(ImportKey(user: other, id: id)).restored == 1)
        }
    }
}
