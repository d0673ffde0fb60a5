// An import taken back by entries.
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite struct UndoTests {
    private func undo(_ id: ImportID, _ test: TestDatabase) async throws -> UndoReport {
        try await Imports(test.database).undo(ImportKey(user: try await PostingRulesTests.user(test), id: id))
    }

    @Test func pointsAreWhatTheyWere() async throws {
        try await TestDatabase.with { test in
            try await PostingRulesTests.post(["a m 01 1", "a m 02 2", "- n 01 5"], test)
            let before = try await PostingRulesTests.there(test)
            let second = try await PostingRulesTests.post(["a m 01 10", "a m 02 2", "a m 03 0", "b m 01 4", "- n 01 -"], test)
            #expect(try await PostingRulesTests.there(test) == ["a m 01 10", "a m 02 2", "a m 03 0", "b m 01 4"])
            let entries = try await test.database.query("select from metrics").count
            let report = try await undo(second.id, test)
            #expect((report.restored, report.leftCount) == (4, 0))
            #expect(try await PostingRulesTests.there(test) == before)
            #expect(try await test.database.query("select from metrics").count == entries + 4)
            #expect(try await TotalsCheck(test.database).examine().wrong == 0)
            // An undo is an import like others.
            let again = try await undo(report.id, test)
            #expect(again.restored == 4)
            #expect(try await PostingRulesTests.there(test) == ["a m 01 10", "a m 02 2", "a m 03 0", "b m 01 4"])
        }
    }

    @Test func whatWasPostedToLaterStays() async throws {
        try await TestDatabase.with { test in
            let first = try await PostingRulesTests.post(["a m 01 1", "a m 02 2", "a m 03 3"], test)
            try await PostingRulesTests.post(["a m 02 20", "a m 03 3"], test)
            let report = try await undo(first.id, test)
            #expect((report.restored, report.leftCount) == (2, 1))
            #expect(report.left.map { "\($0.account) \($0.metric) \($0.day)" } == ["\"ga4\" \"a\" m 2026-01-02"])
            #expect(try await PostingRulesTests.there(test) == ["a m 02 20"])
        }
    }

    /// Posted, changed by somebody, posted again by the same import, as a long stream does: what it was before is told by nobody.
    @Test func whatSomebodyTouchedInBetweenStays() async throws {
        try await TestDatabase.with { test in
            let user = try await PostingRulesTests.user(test)
            let provenance = Provenance(name: "stream", meta: [:])
            func post(_ line: String) async throws {
                var rest = try PostingRulesTests.points([line])[...]
                _ = try await Ledger(test.database).post(for: user, from: provenance) { rest.popFirst() }
            }
            try await post("a m 01 1")
            try await PostingRulesTests.post(["a m 01 2"], test)
            try await post("a m 01 3")
            #expect(try await undo(provenance.importID, test).leftCount == 1)
            #expect(try await PostingRulesTests.there(test) == ["a m 01 3"])
        }
    }

    /// The newest first, as one does: what was taken back is no longer in the way.
    @Test func inReverseOrder() async throws {
        try await TestDatabase.with { test in
            let first = try await PostingRulesTests.post(["a m 01 1", "a m 02 2"], test)
            let second = try await PostingRulesTests.post(["a m 01 10"], test)
            #expect(try await undo(second.id, test).restored == 1)
            let report = try await undo(first.id, test)
            #expect((report.restored, report.leftCount) == (2, 0))
            #expect(try await PostingRulesTests.there(test) == [])
        }
    }

    @Test func onceIsEnough() async throws {
        try await TestDatabase.with { test in
            let id = try await PostingRulesTests.post(["a m 01 1"], test).id
            let report = try await undo(id, test)
            await #expect(throws: UndoError.undone(id.description, by: report.id.description)) { try await undo(id, test) }
            let other = ImportID()
            await #expect(throws: UndoError.noImport(other.description)) { try await undo(other, test) }
            let running = ImportKey(user: try await PostingRulesTests.user(test))
            _ = try await Imports(test.database).begin(running, name: "x")
            await #expect(throws: UndoError.running(running.id.description)) { try await undo(running.id, test) }
        }
    }

    @Test func twoAtOnceAreOne() async throws {
        try await TestDatabase.with(bound: 4) { test in
            let id = try await PostingRulesTests.post(["a m 01 1", "a m 02 1"], test).id
            let user = try await PostingRulesTests.user(test)
            let done = await withTaskGroup(of: Bool.self) { group in
                for _ in 1...4 {
                    group.addTask {
                        do {
                            _ = try await Imports(test.database).undo(ImportKey(user: user, id: id))
                            return true
                        } catch {
                            return false
                        }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(done == 1)
            #expect(try await PostingRulesTests.there(test) == [])
            #expect(try await TotalsCheck(test.database).examine().wrong == 0)
        }
    }

    @Test func anotherUsersImportIsNobodys() async throws {
        try await TestDatabase.with { test in
            let id = try await PostingRulesTests.post(["a m 01 1"], test).id
            _ = try await Users(test.database).add(email: "b@x.test")
            let other = try await Users(test.database).find(email: "b@x.test").unwrapped().id
            await #expect(throws: UndoError.noImport(id.description)) {
                try await Imports(test.database).undo(ImportKey(user: other, id: id))
            }
        }
    }
}
