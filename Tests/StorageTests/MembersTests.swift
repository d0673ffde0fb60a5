// Members: who belongs where, workspaces of one's own, and invitations.
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite struct MembersTests {
    /// A person of Supabase Auth, by a number of two digits.
    static func person(_ number: Int) throws -> SubjectID {
        try SubjectID("77777777-0000-0000-0000-0000000000\(number)").unwrapped()
    }

    private func workspace(_ subject: SubjectID) -> String { "\(subject)@workspace.invalid" }

    /// `e-mail role` of where somebody belongs.
    private func places(_ subject: SubjectID, _ test: TestDatabase) async throws -> [String] {
        try await Members(test.database).memberships(of: subject).map { "\($0.user.email) \($0.role)" }
    }

    /// `subject role` of who belongs to a user.
    private func members(_ user: UserID, _ test: TestDatabase) async throws -> [String] {
        try await Members(test.database).list(of: user).map { "\($0.subject) \($0.role)" }
    }

    @Test func aNewcomerGetsAWorkspaceOnce() async throws {
        try await TestDatabase.with { test in
            let (members, subject) = (Members(test.database), try Self.person(10))
            let first = try await members.settled(subject)
            #expect(first.map(\.user.email) == [workspace(subject)])
            #expect(first.map(\.role) == [.owner])
            #expect(try await members.settled(subject) == first)
            #expect(try await Users(test.database).list().count == 1)
            // Another person has another.
            #expect(try await members.settled(Self.person(11)).first?.user.id != first[0].user.id)
        }
    }

    @Test func twentyAtOnceGetOne() async throws {
        try await TestDatabase.with(bound: 8) { test in
            let subject = try Self.person(10)
            let settled = try await withThrowingTaskGroup(of: [Membership].self) { group in
                for _ in 0..<20 { group.addTask { try await Members(test.database).settled(subject) } }
                return try await group.reduce(into: Set<[Membership]>()) { $0.insert($1) }
            }
            #expect(settled.count == 1)
            #expect(settled.first?.map(\.user.email) == [workspace(subject)])
            #expect(try await Users(test.database).list().count == 1)
        }
    }

    /// Supabase may have confirmed an address without asking: it opens nothing, neither the operator's users nor other workspaces.
    @Test func anAddressLinksToNothing() async throws {
        try await TestDatabase.with { test in
            let subject = try Self.person(10)
            let hash: [UInt8] = [1]
            let user = try await test.user("person@x.test")
            let kept = Session.Kept(sealed: [1], freshUntil: 2_000_000_000)
            try await Sessions(test.database).add(hash, .person(subject, email: "person@x.test", kept), lasting: 60)
            let settled = try await Members(test.database).settled(subject)
            #expect(settled.map(\.user.email) == [workspace(subject)])
            #expect(try await members(user, test) == [])
            for proof in [Proof.subject(subject), .session(hash)] {
                await #expect(throws: StorageError.shutOut) {
                    try await test.database.entered(by: Entry(proof, to: user, for: .read)).query("select 1")
                }
            }
            #expect(try await Users(test.database).list().map(\.email).sorted() == [workspace(subject), "person@x.test"])
        }
    }

    @Test func linkedChangedAndUnlinked() async throws {
        try await TestDatabase.with { test in
            let (members, user) = (Members(test.database), try await test.user("a@x.test"))
            let (first, second) = (try Self.person(10), try Self.person(11))
            try await members.link(first, to: user, as: .viewer)
            try await members.link(second, to: user, as: .owner)
            #expect(try await self.members(user, test) == ["\(first) viewer", "\(second) owner"])
            try await members.link(first, to: user, as: .owner)
            try await members.link(second, to: user, as: .viewer)
            #expect(try await self.members(user, test) == ["\(first) owner", "\(second) viewer"])
            // Whoever belongs somewhere gets no workspace.
            #expect(try await members.settled(first).map(\.user.id) == [user])
            #expect(try await members.unlink(first, from: user) != nil)
            #expect(try await members.unlink(first, from: user) == nil)
            #expect(try await self.members(user, test) == ["\(second) viewer"])
            #expect(try await places(first, test) == [])
            let other = try await test.user("b@x.test")
            try await members.link(second, to: other, as: .owner)
            #expect(try await places(second, test) == ["a@x.test viewer", "b@x.test owner"])
        }
    }

    @Test func anEmptyWorkspaceGoesWithTheFirstPlaceElsewhere() async throws {
        try await TestDatabase.with { test in
            let (database, user) = (test.database, try await test.user("a@x.test"))
            let (linked, invited) = (try Self.person(10), try Self.person(11))
            for subject in [linked, invited] { _ = try await Members(database).settled(subject) }
            try await Members(database).link(linked, to: user, as: .viewer)
            try await Invitations(database).add([1], to: user, as: .owner, days: 1)
            #expect(try await Invitations(database).accept([1], by: invited)?.user.id == user)
            #expect(try await Users(database).list().map(\.email) == ["a@x.test"])
            #expect(try await places(linked, test) == ["a@x.test viewer"])
            #expect(try await places(invited, test) == ["a@x.test owner"])
            // A place in one's own workspace is no place elsewhere.
            let alone = try Self.person(12)
            let own = try await Members(database).settled(alone)[0].user
            try await Members(database).link(alone, to: own.id, as: .owner)
            #expect(try await places(alone, test) == ["\(workspace(alone)) owner"])
        }
    }

    @Test func aWorkspaceThatIsUsedStays() async throws {
        let uses: [SQL] = [
            """
            insert into public.metrics (user_id, source_name, metric_date, metric_name, metric_value)
            select id, 's', '2026-01-01', 'm', 1 from own
            """,
            "insert into public.data_sources (user_id, source_name) select id, 's' from own",
            """
            insert into livinglytics.imports (user_id, id, kind, status, name)
            select id, gen_random_uuid(), 'import', 'running', 'x' from own
            """,
            """
            insert into livinglytics.api_keys (user_id, name, key_hash, hint, can_read, can_write)
            select id, 'k', sha256(convert_to(id::text, 'UTF8')), 'hint', true, false from own
            """,
            "insert into livinglytics.members (auth_subject, user_id, role) select gen_random_uuid(), id, 'viewer' from own",
        ]
        try await TestDatabase.with { test in
            let (database, user) = (test.database, try await test.user("a@x.test"))
            for (index, use) in uses.enumerated() {
                let (linked, invited) = (try Self.person(10 + index), try Self.person(20 + index))
                for subject in [linked, invited] {
                    _ = try await Members(database).settled(subject)
                    let own: SQL = "with own as (select id from public.users where email = \(workspace(subject)))"
                    #expect(try await database.query("\(own) \(use)").affected == 1)
                }
                try await Members(database).link(linked, to: user, as: .owner)
                try await Invitations(database).add([1], to: user, as: .owner, days: 1)
                #expect(try await Invitations(database).accept([1], by: invited) != nil)
                for subject in [linked, invited] {
                    #expect(try await places(subject, test) == ["\(workspace(subject)) owner", "a@x.test owner"], "\(use.text)")
                }
            }
        }
    }

    @Test func anInvitationIsForOne() async throws {
        try await TestDatabase.with { test in
            let (invitations, user) = (Invitations(test.database), try await test.user("a@x.test"))
            let (first, second) = (try Self.person(10), try Self.person(11))
            try await invitations.add([1, 2], to: user, as: .viewer, days: 7)
            try await invitations.add([3, 4], to: user, as: .owner, days: 7)
            for wrong: [UInt8] in [[], [1], [2, 1], [1, 2, 0]] { #expect(try await invitations.accept(wrong, by: first) == nil) }
            let accepted = try await invitations.accept([1, 2], by: first)
            #expect(accepted?.user.id == user && accepted?.user.email == "a@x.test" && accepted?.role == .viewer)
            #expect(try await invitations.accept([1, 2], by: first) == nil)
            #expect(try await invitations.accept([1, 2], by: second) == nil)
            #expect(try await members(user, test) == ["\(first) viewer"])
            #expect(try await invitations.accept([3, 4], by: second)?.role == .owner)
            #expect(try await test.database.query("select from livinglytics.invitations").isEmpty)
        }
    }

    @Test func ofTenAtOnceOneIsTaken() async throws {
        try await TestDatabase.with(bound: 8) { test in
            let user = try await test.user("a@x.test")
            for hash: [UInt8] in [[1], [2]] {
                try await Invitations(test.database).add(hash, to: user, as: .viewer, days: 7)
                let accepted = try await withThrowingTaskGroup(of: Membership?.self) { group in
                    for number in 10..<20 {
                        // Ten people with the one, one person ten times with the other.
                        let subject = try Self.person(hash == [1] ? number : 20)
                        group.addTask { try await Invitations(test.database).accept(hash, by: subject) }
                    }
                    return try await group.reduce(into: 0) { $0 += $1 == nil ? 0 : 1 }
                }
                #expect(accepted == 1)
            }
            #expect(try await members(user, test).count == 2)
        }
    }

    @Test func anInvitationEnds() async throws {
        try await TestDatabase.with { test in
            let (invitations, user, subject) = (Invitations(test.database), try await test.user("a@x.test"), try Self.person(10))
            try await invitations.add([1], to: user, as: .owner, days: 3)
            let isAsSaid: Bool = try await test.database.query(
                "select expires_at = created_at + interval '3 days' from livinglytics.invitations"
            )[0].get(0)
            #expect(isAsSaid)
            _ = try await test.database.query("update livinglytics.invitations set expires_at = now() - interval '1 second'")
            #expect(try await invitations.accept([1], by: subject) == nil)
            #expect(try await members(user, test) == [])
        }
    }

    @Test func anOwnerStaysOne() async throws {
        try await TestDatabase.with { test in
            let (invitations, user, subject) = (Invitations(test.database), try await test.user("a@x.test"), try Self.person(10))
            try await Members(test.database).link(subject, to: user, as: .viewer)
            try await invitations.add([1], to: user, as: .owner, days: 1)
            try await invitations.add([2], to: user, as: .viewer, days: 1)
            #expect(try await invitations.accept([1], by: subject)?.role == .owner)
            #expect(try await invitations.accept([2], by: subject)?.role == .owner)
            #expect(try await members(user, test) == ["\(subject) owner"])
        }
    }

    @Test func whoIsErasedTakesAllOfIt() async throws {
        try await TwoUsers.with { users in
            let (database, user) = (users.test.database, users.mine)
            let tables = ["members", "api_keys", "sessions", "invitations"]
            func counts(_ user: UserID) async throws -> [Int] {
                var counts: [Int] = []
                for table in tables {
                    counts.append(try await database.query("select from livinglytics.\(unsafe: table) where user_id = \(user)").count)
                }
                return counts
            }
            let before = try await counts(users.other)
            #expect(before == [2, 2, 3, 1])
            #expect(try await counts(user) == before)
            #expect(try await Users(database).remove(email: "a@x.test") != nil)
            #expect(try await counts(user) == [0, 0, 0, 0])
            #expect(try await counts(users.other) == before)
            // A person stays signed in, and belongs nowhere.
            let session = TwoUsers.hash(.ownersSession, of: user)
            #expect(try await Sessions(database).find(session) != nil)
            #expect(try await places(users.subject(.owner, of: user), users.test) == [])
            #expect(try await Invitations(database).accept(Array("invitation of \(user)".utf8), by: Self.person(10)) == nil)
        }
    }
}
