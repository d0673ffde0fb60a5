// API keys: kept as hashes, listed, revoked at once, and when they were used.
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite struct APIKeysTests {
    private func new(_ name: String = "k", read: Bool = true, write: Bool = false, until end: String? = nil) throws -> NewAPIKey {
        try NewAPIKey(name: name, canRead: read, canWrite: write, expiresAt: try end.map { try Moment($0).unwrapped() }).unwrapped()
    }

    @Test func whatIsNoKeyIsNotMade() throws {
        #expect(NewAPIKey(name: String(repeating: "é", count: 100), canRead: true, canWrite: true, expiresAt: nil) != nil)
        for name in ["", String(repeating: "x", count: 101), "a\nb", "a\0b", "\u{7F}"] {
            #expect(NewAPIKey(name: name, canRead: true, canWrite: true, expiresAt: nil) == nil, "\(name.debugDescription)")
        }
        #expect(NewAPIKey(name: "nothing", canRead: false, canWrite: false, expiresAt: nil) == nil)
    }

    @Test func aKeyIsNowhereButWithItsOwner() async throws {
        try await TestDatabase.with { test in
            let (keys, user) = (APIKeys(test.database), try await test.user("a@x.test"))
            let text = "livinglytics_0123456789ABCDEFGHIJKLMNOPQRSTUV4uTxQz"
            let hash = try await test.sha256(text)
            let row = try await keys.add(try new("the key"), hash, hint: "TxQz", for: user)
            #expect((row.name, row.hint, row.canRead, row.canWrite) == ("the key", "TxQz", true, false))
            #expect(row.expiresAt == nil && row.lastUsedAt == nil && row.revokedAt == nil)
            #expect(try await test.places(of: text) == [])
            // They are found where they are.
            #expect(try await test.places(of: "the key") == ["livinglytics.api_keys"])
            #expect(try await test.places(of: hash) == ["livinglytics.api_keys"])
            #expect(try await keys.list(of: user) == [row])
            let holder = try await keys.holder(of: hash).unwrapped()
            #expect((holder.id, holder.hash, holder.user.id, holder.user.email) == (row.id, hash, user, "a@x.test"))
            #expect(holder.rights == [.read] && holder.expiresAt == nil)
            #expect(try await keys.holder(of: row.id, user) == holder)
            #expect(try await keys.holder(of: Array(text.utf8)) == nil)
        }
    }

    @Test func theNewestComesFirstAndEachHasItsRights() async throws {
        try await TestDatabase.with { test in
            let (keys, user, other) = (APIKeys(test.database), try await test.user("a@x.test"), try await test.user("b@x.test"))
            var ids: [KeyID] = []
            for (index, (read, write)) in [(true, false), (false, true), (true, true)].enumerated() {
                let hash = [UInt8(index)]
                ids.insert(try await keys.add(try new("k\(index)", read: read, write: write), hash, hint: "h", for: user).id, at: 0)
                let rights = Set([(read, Right.read), (write, Right.write)].filter(\.0).map(\.1))
                #expect(try await keys.holder(of: hash)?.rights == rights)
            }
            _ = try await keys.add(try new("other"), [9], hint: "h", for: other)
            #expect(try await keys.list(of: user).map(\.id) == ids)
            #expect(try await keys.list(of: other).map(\.name) == ["other"])
            // Two keys are never one.
            await #expect(throws: StorageError.self) { try await keys.add(try new("again"), [0], hint: "h", for: other) }
        }
    }

    @Test func aRevokedKeyOpensNothingAtOnce() async throws {
        try await TestDatabase.with { test in
            let (keys, user, other) = (APIKeys(test.database), try await test.user("a@x.test"), try await test.user("b@x.test"))
            let key = try await keys.add(try new(), [1], hint: "h", for: user)
            let unknown = try KeyID("99999999-0000-0000-0000-000000000000").unwrapped()
            #expect(try await keys.revoke(key.id, of: other) == nil)
            #expect(try await keys.revoke(unknown, of: user) == nil)
            #expect(try await keys.holder(of: key.id, other) == nil)
            #expect(try await keys.holder(of: [1]) != nil)

            let revoked = try await keys.revoke(key.id, of: user)
            #expect(revoked?.id == key.id && revoked?.revokedAt != nil)
            #expect(try await keys.holder(of: [1]) == nil)
            #expect(try await keys.holder(of: key.id, user) == nil)
            // Once more it is no news.
            #expect(try await keys.revoke(key.id, of: user) == revoked)
            #expect(try await keys.list(of: user).map(\.revokedAt) == [revoked?.revokedAt])
        }
    }

    @Test func aKeyEnds() async throws {
        try await TestDatabase.with { test in
            let (keys, user) = (APIKeys(test.database), try await test.user("a@x.test"))
            let key = try await keys.add(try new(until: "2099-01-01T01:00:00+01:00"), [1], hint: "h", for: user)
            #expect(key.expiresAt == "2099-01-01T00:00:00.000000Z")
            #expect(try await keys.holder(of: [1])?.expiresAt == 4_070_908_800)
            _ = try await test.database.query("update livinglytics.api_keys set expires_at = clock_timestamp()")
            #expect(try await keys.holder(of: [1]) == nil)
            #expect(try await keys.holder(of: key.id, user) == nil)
            #expect(try await keys.list(of: user).map(\.id) == [key.id])
        }
    }

    @Test func usesAreNotedAndNeverGoBack() async throws {
        try await TestDatabase.with { test in
            let (keys, user) = (APIKeys(test.database), try await test.user("a@x.test"))
            for hash: [UInt8] in [[1], [2]] { _ = try await keys.add(try new("\(hash[0])"), hash, hint: "h", for: user) }
            func used() async throws -> [String?] {
                try await keys.list(of: user).sorted { $0.name < $1.name }.map(\.lastUsedAt)
            }
            try await keys.note([:])
            #expect(try await used() == [nil, nil])
            try await keys.note([[1]: 1_800_000_000, [3]: 1_800_000_000])
            #expect(try await used() == ["2027-01-15T08:00:00.000000Z", nil])
            try await keys.note([[1]: 1_700_000_000, [2]: 1_700_000_000])
            #expect(try await used() == ["2027-01-15T08:00:00.000000Z", "2023-11-14T22:13:20.000000Z"])
            try await keys.note([[1]: 1_800_000_001])
            #expect(try await used() == ["2027-01-15T08:00:01.000000Z", "2023-11-14T22:13:20.000000Z"])
        }
    }

    /// Several servers note the same keys in the same moment, each in an order of its own.
    @Test func manyServersNoteAtOnce() async throws {
        try await TestDatabase.with(bound: 8) { test in
            let (keys, user) = (APIKeys(test.database), try await test.user("a@x.test"))
            for number in 0..<50 { _ = try await keys.add(try new(), [UInt8(number)], hint: "h", for: user) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for server in 0..<24 {
                    group.addTask {
                        var uses: [[UInt8]: Int] = [:]
                        for number in 0..<50 { uses[[UInt8((number * 7 + server) % 50)]] = 1_800_000_000 + server }
                        try await keys.note(uses)
                    }
                }
                try await group.waitForAll()
            }
            let last = Set(try await keys.list(of: user).map(\.lastUsedAt))
            #expect(last == ["2027-01-15T08:00:23.000000Z"])
        }
    }
}

extension TestDatabase {
    func sha256(_ text: String) async throws -> [UInt8] {
        let digits: String = try await database.query("select encode(sha256(convert_to(\(text), 'UTF8')), 'hex')")[0].get(0)
        let pairs = Array(digits)
        return stride(from: 0, to: pairs.count, by: 2).compactMap { UInt8(String(pairs[$0...($0 + 1)]), radix: 16) }
    }

    /// The tables that hold this text anywhere, or its bytes.
    func places(of text: String) async throws -> [String] {
        try await places(where: "strpos(t::text, \(text)) > 0 or strpos(t::text, encode(convert_to(\(text), 'UTF8'), 'hex')) > 0")
    }

    func places(of bytes: [UInt8]) async throws -> [String] {
        let digits = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        return try await places(where: "strpos(t::text, \(digits)) > 0")
    }

    private func places(where condition: SQL) async throws -> [String] {
        let tables: [String] = try await database.query(
            """
            select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in ('public', 'livinglytics') and c.relkind in ('r', 'p', 'm') order by 1
            """
        ).map { try $0.get(0) }
        var found: [String] = []
        for table in tables {
            if try await !database.query("select from \(unsafe: table) t where \(condition)").isEmpty { found.append(table) }
        }
        return found
    }
}
