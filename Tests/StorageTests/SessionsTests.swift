// Sessions: found by the hash of their cookie, renewed once, ended, and swept up.
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite struct SessionsTests {
    private static let kept = Session.Kept(sealed: [0, 1, 254, 255], freshUntil: 1_900_000_000)

    private func count(_ test: TestDatabase) async throws -> Int {
        try await test.database.query("select from livinglytics.sessions").count
    }

    @Test func eachKindIsFoundAgain() async throws {
        try await TestDatabase.with { test in
            let (sessions, user, subject) = (Sessions(test.database), try await test.user("a@x.test"), try MembersTests.person(10))
            let new = try NewAPIKey(name: "k", canRead: true, canWrite: true, expiresAt: nil).unwrapped()
            let key = try await APIKeys(test.database).add(new, [1], hint: "h", for: user).id
            let holders: [Session.Holder] = [
                .person(subject, email: "p@x.test", Self.kept), .person(subject, email: nil, Self.kept), .key(user, key), .user(user),
            ]
            for (index, holder) in holders.enumerated() {
                let hash = [UInt8(index)]
                try await sessions.add(hash, holder, lasting: 3600)
                let now: Int = try await test.database.query("select extract(epoch from now())::bigint")[0].get(0)
                let session = try await sessions.find(hash).unwrapped()
                #expect(session.holder == holder)
                #expect((now + 3500...now + 3601).contains(session.expiresAt))
            }
            #expect(try await sessions.find([9]) == nil)
            #expect(try await sessions.find([]) == nil)
            #expect(try await count(test) == 4)
            // Two sessions are never one.
            await #expect(throws: StorageError.self) { try await sessions.add([0], .user(user), lasting: 60) }
        }
    }

    @Test func aCookieIsNowhereButInItsBrowser() async throws {
        try await TestDatabase.with { test in
            let (sessions, subject) = (Sessions(test.database), try MembersTests.person(10))
            let cookie = "0123456789abcdefghijABCDEFGHIJ0123456789xyz"
            let hash = try await test.sha256(cookie)
            try await sessions.add(hash, .person(subject, email: "p@x.test", Self.kept), lasting: 60)
            #expect(try await test.places(of: cookie) == [])
            #expect(try await test.places(of: hash) == ["livinglytics.sessions"])
            #expect(try await test.places(of: "p@x.test") == ["livinglytics.sessions"])
            #expect(try await sessions.find(Array(cookie.utf8)) == nil)
        }
    }

    @Test func aRenewalIsForWhatStandsThere() async throws {
        try await TestDatabase.with { test in
            let (sessions, subject) = (Sessions(test.database), try MembersTests.person(10))
            let (second, third) = (
                Session.Kept(sealed: [2], freshUntil: 1_900_000_100), Session.Kept(sealed: [3], freshUntil: 1_900_000_200)
            )
            for hash: [UInt8] in [[1], [2]] { try await sessions.add(hash, .person(subject, email: nil, Self.kept), lasting: 60) }
            #expect(try await sessions.renew([1], from: Self.kept, to: second))
            #expect(try await sessions.find([1])?.holder == .person(subject, email: nil, second))
            // Somebody was quicker: what he keeps is not overwritten.
            #expect(try await !sessions.renew([1], from: Self.kept, to: third))
            #expect(try await sessions.find([1])?.holder == .person(subject, email: nil, second))
            #expect(try await sessions.renew([1], from: second, to: third))
            #expect(try await !sessions.renew([9], from: third, to: second))
            // The other session of the same person is as it was.
            #expect(try await sessions.find([2])?.holder == .person(subject, email: nil, Self.kept))
        }
    }

    @Test func ofManyRenewalsAtOnceOneCounts() async throws {
        try await TestDatabase.with(bound: 8) { test in
            let (sessions, subject) = (Sessions(test.database), try MembersTests.person(10))
            try await sessions.add([1], .person(subject, email: nil, Self.kept), lasting: 60)
            let renewed = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<16 {
                    group.addTask {
                        let new = Session.Kept(sealed: [UInt8(number)], freshUntil: 1_900_000_100)
                        return try await sessions.renew([1], from: Self.kept, to: new)
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(renewed == 1)
        }
    }

    @Test func anEndedSessionIsGone() async throws {
        try await TestDatabase.with { test in
            let (sessions, subject) = (Sessions(test.database), try MembersTests.person(10))
            for hash: [UInt8] in [[1], [2]] { try await sessions.add(hash, .person(subject, email: nil, Self.kept), lasting: 60) }
            let ended = try await sessions.end([1])
            #expect(ended?.holder == .person(subject, email: nil, Self.kept))
            #expect(try await sessions.find([1]) == nil)
            #expect(try await sessions.end([1]) == nil)
            #expect(try await !sessions.renew([1], from: Self.kept, to: Self.kept))
            #expect(try await sessions.find([2]) != nil)
        }
    }

    @Test func whatHasExpiredIsNotFoundAndSweptUp() async throws {
        try await TestDatabase.with { test in
            let (sessions, user) = (Sessions(test.database), try await test.user("a@x.test"))
            for hash: [UInt8] in [[1], [2]] { try await sessions.add(hash, .user(user), lasting: 60) }
            _ = try await test.database.query(
                "update livinglytics.sessions set expires_at = now() - interval '1 second' where token_hash = decode('01', 'hex')"
            )
            #expect(try await sessions.find([1]) == nil)
            #expect(try await sessions.find([2]) != nil)
            #expect(try await count(test) == 2)
            // Whoever comes next sweeps, and nothing that is still good.
            try await sessions.add([3], .user(user), lasting: 60)
            #expect(try await count(test) == 2)
            #expect(try await sessions.find([2]) != nil)
        }
    }

    @Test func manyAtOnceSweepTheSameFloor() async throws {
        try await TestDatabase.with(bound: 8) { test in
            let (sessions, user) = (Sessions(test.database), try await test.user("a@x.test"))
            for number in 0..<64 { try await sessions.add([0, UInt8(number)], .user(user), lasting: 60) }
            _ = try await test.database.query("update livinglytics.sessions set expires_at = now() - interval '1 second'")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<16 { group.addTask { try await sessions.add([1, UInt8(number)], .user(user), lasting: 60) } }
                try await group.waitForAll()
            }
            #expect(try await count(test) == 16)
        }
    }
}
