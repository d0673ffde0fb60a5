// Two users of one database: what one credential must see, and what it must not.
import Domain
import Postgres
import Storage
import TestSupport

/// Two users with everything there is, and each kind of credential of both.
struct TwoUsers: Sendable {
    /// How somebody gets to a user's rows.
    enum Way: String, Sendable, CaseIterable {
        case owner, viewer, readingKey, writingKey, ownersSession, viewersSession, readingKeysSession, writingKeysSession, usersSession

        var rights: Set<Right> {
            switch self {
            case .owner, .ownersSession, .usersSession: [.read, .write, .keys]
            case .viewer, .viewersSession, .readingKey, .readingKeysSession: [.read]
            case .writingKey, .writingKeysSession: [.write]
            }
        }
    }

    let test: TestDatabase
    let mine: UserID
    let other: UserID

    /// Where rows are that a tenant sees, in the order of their names.
    static let tables = [
        "livinglytics.accounts", "livinglytics.api_keys", "livinglytics.import_metrics", "livinglytics.imports", "livinglytics.points",
        "livinglytics.quarantined", "livinglytics.totals", "public.data_sources", "public.metrics",
    ]

    /// What all of the other user's points are.
    static let otherValue = 4711

    static func with(bound: Int = 4, _ body: (TwoUsers) async throws -> Void) async throws {
        try await TestDatabase.with(bound: bound) { test in
            let users = TwoUsers(test: test, mine: try await test.user("a@x.test"), other: try await test.user("b@x.test"))
            _ = try await test.database.query(
                """
                insert into livinglytics.declared_metrics (name, label, unit, aggregation, direction, settling_days)
                values ('m', 'M', 'count', 'sum', 'up', 0)
                """
            )
            try await users.furnish(users.mine, value: 1)
            try await users.furnish(users.other, value: otherValue)
            try await body(users)
        }
    }

    /// `table user count`, by table and user.
    static func rows(of tables: [String] = TwoUsers.tables, where condition: SQL = "true") -> SQL {
        let counts = tables.map { table -> SQL in
            """
            select '\(unsafe: table) ' || user_id || ' ' || count(*) as line from \(unsafe: table) where \(condition) group by user_id
            """
        }
        let all = counts.dropFirst().reduce(counts[0]) { "\($0) union all \($1)" }
        return "select line from (\(all)) lines order by line collate \"C\""
    }

    /// The same of one user, as whoever sees all has it.
    func rows(of user: UserID) async throws -> [String] {
        try await test.database.query(Self.rows(where: "user_id = \(user)")).map { try $0.get(0) }
    }

    /// What the database knows a key or a session by.
    static func hash(_ way: Way, of user: UserID) -> [UInt8] { Array("\(way) of \(user)".utf8) }

    func subject(_ way: Way, of user: UserID) throws -> SubjectID {
        try SubjectID((way == .owner ? "11111111" : "22222222") + user.description.dropFirst(8)).unwrapped()
    }

    func proof(_ way: Way, of user: UserID) throws -> Proof {
        switch way {
        case .owner, .viewer: return .subject(try subject(way, of: user))
        case .readingKey, .writingKey: return .key(Self.hash(way, of: user))
        case .ownersSession, .viewersSession, .readingKeysSession, .writingKeysSession, .usersSession:
            return .session(Self.hash(way, of: user))
        }
    }

    func entered(_ way: Way, for right: Right) throws -> Database {
        test.database.entered(by: Entry(try proof(way, of: mine), to: mine, for: right))
    }

    private func furnish(_ user: UserID, value: Int) async throws {
        let database = test.database
        var rest = try PostingRulesTests.points(["a m 01 \(value)", "a m 02 \(value)", "- n 01 \(value)"])[...]
        let refused = QuarantinedRecord(line: 1, stream: "s", reason: "no day", record: "x")
        let provenance = Provenance(name: "a.csv", meta: [:])
        _ = try await Ledger(database).post(for: user, from: provenance, quarantined: [refused]) { rest.popFirst() }
        _ = try await database.query(
            """
            insert into public.data_sources (user_id, source_name, access_token, refresh_token) values (\(user), 's', 'token', 'token')
            """
        )
        let (owner, viewer) = (try subject(.owner, of: user), try subject(.viewer, of: user))
        try await Members(database).link(owner, to: user, as: .owner)
        try await Members(database).link(viewer, to: user, as: .viewer)
        try await Invitations(database).add(Array("invitation of \(user)".utf8), to: user, as: .owner, days: 7)
        let reading = try await key("reading", .readingKey, of: user)
        let writing = try await key("writing", .writingKey, of: user)
        let kept = Session.Kept(sealed: [1, 2, 3], freshUntil: 2_000_000_000)
        let holders: [(Way, Session.Holder)] = [
            (.ownersSession, .person(owner, email: nil, kept)), (.viewersSession, .person(viewer, email: "v@x.test", kept)),
            (.readingKeysSession, .key(user, reading)), (.writingKeysSession, .key(user, writing)), (.usersSession, .user(user)),
        ]
        for (way, holder) in holders { try await Sessions(database).add(Self.hash(way, of: user), holder, lasting: 3600) }
    }

    private func key(_ name: String, _ way: Way, of user: UserID) async throws -> KeyID {
        let key = try NewAPIKey(name: name, canRead: way == .readingKey, canWrite: way == .writingKey, expiresAt: nil).unwrapped()
        return try await APIKeys(test.database).add(key, Self.hash(way, of: user), hint: "hint", for: user).id
    }
}

extension TestDatabase {
    /// The user with this e-mail address, made where there is none.
    func user(_ email: String) async throws -> UserID {
        _ = try await Users(database).add(email: email)
        return try await Users(database).find(email: email).unwrapped().id
    }
}
