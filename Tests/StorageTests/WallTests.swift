// The second wall: whatever a statement says, a credential sees the rows of its own user, and none from when it is a credential no more.
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct WallTests {
    typealias Way = TwoUsers.Way

    /// How a statement gets to the database.
    private enum Door: CaseIterable, Sendable {
        case read, query, snapshot, transaction

        func ask(_ database: Database, _ sql: SQL) async throws -> Rows {
            switch self {
            case .read: return try await database.read(sql)
            case .query: return try await database.query(sql)
            case .snapshot: return try await database.snapshot([sql])[0]
            case .transaction: return try await database.transaction { transaction in try await transaction.query(sql) }
            }
        }
    }

    private struct Boom: Error {}

    private func expectShutOut(_ database: Database, _ what: String, at location: SourceLocation = #_sourceLocation) async {
        for door in Door.allCases {
            await #expect(throws: StorageError.shutOut, "\(what), by \(door)", sourceLocation: location) {
                try await door.ask(database, "select 1")
            }
        }
    }

    /// Expects that the database itself refuses a statement.
    private func expectRefusal(
        _ state: String,
        _ sql: SQL,
        _ database: Database,
        by door: Door = .query,
        at location: SourceLocation = #_sourceLocation
    ) async {
        let error = await #expect(throws: StorageError.self, "\(sql.text), by \(door)", sourceLocation: location) {
            try await door.ask(database, sql)
        }
        let words = error.map { "\($0)" } ?? "nothing"
        #expect(words.contains("SQLSTATE \(state)"), "\(sql.text), by \(door): \(words)", sourceLocation: location)
    }

    @Test func eachWaySeesTheRowsOfOneUser() async throws {
        try await TwoUsers.with { users in
            let (mine, other) = (try await users.rows(of: users.mine), try await users.rows(of: users.other))
            #expect(mine.count == TwoUsers.tables.count && other.count == TwoUsers.tables.count)
            let conditions: [(SQL, [String])] = [
                ("true", mine), ("user_id = \(users.other) or true", mine), ("user_id <> \(users.mine)", []),
                ("user_id = \(users.other)", []), ("user_id is null or user_id in (\(users.mine), \(users.other))", mine),
            ]
            for way in Way.allCases {
                for right in way.rights {
                    let database = try users.entered(way, for: right)
                    for (condition, rows) in conditions {
                        // Keys are the business of whoever may manage them.
                        let expected = rows.filter { right == .keys || !$0.hasPrefix("livinglytics.api_keys ") }
                        for door in Door.allCases {
                            let seen: [String] = try await door.ask(database, TwoUsers.rows(where: condition)).map { try $0.get(0) }
                            #expect(seen == expected, "\(way) for \(right), by \(door), where \(condition.text)")
                        }
                    }
                    // The house's vocabulary is everybody's.
                    #expect(try await database.query("select name from livinglytics.declared_metrics").count == 1)
                }
            }
        }
    }

    /// Conditions that fail on a row, or that cost nothing, are asked after the wall has had its say.
    @Test func errorsAndEstimatesTellNothing() async throws {
        try await TwoUsers.with { users in
            _ = try await users.test.database.query("analyze public.metrics, livinglytics.totals, livinglytics.imports")
            let database = try users.entered(.owner, for: .read)
            for (table, column) in [("public.metrics", "metric_value"), ("livinglytics.points", "value"), ("livinglytics.totals", "total")]
            {
                let column = SQL(unsafe: column)
                let rows = try await database.query(
                    "select count(*) from \(unsafe: table) where 1 / (\(column) - \(TwoUsers.otherValue)::numeric) < 0"
                )
                #expect(try rows[0].get(0, as: Int.self) > 0, "\(table)")
            }
            await expectRefusal("22012", "select 1 / (metric_value - 1) from public.metrics", database)
            let columns: Int = try await database.query(
                "select count(*) from pg_catalog.pg_stats where schemaname in ('public', 'livinglytics')"
            )[0].get(0)
            #expect(columns == 0)
            await expectRefusal("42501", "select count(*) from pg_catalog.pg_statistic", database)
        }
    }

    @Test func secretsAreHiddenEvenFromTheirUser() async throws {
        try await TwoUsers.with { users in
            let hidden: [SQL] = [
                "select * from public.users", "select id from public.users", "select * from livinglytics.members",
                "select count(*) from livinglytics.members", "select * from livinglytics.sessions",
                "select user_id from livinglytics.sessions", "select * from livinglytics.invitations",
                "select * from public.data_sources", "select d from public.data_sources d", "select access_token from public.data_sources",
                "select refresh_token from public.data_sources", "select count(*) from public.data_sources where access_token like 't%'",
                "select id from public.data_sources order by refresh_token", "select * from livinglytics.api_keys",
                "select k from livinglytics.api_keys k", "select key_hash from livinglytics.api_keys",
                "select id from livinglytics.api_keys where key_hash = decode('00', 'hex')",
                "select id from livinglytics.api_keys order by key_hash", "select last_value from public.metrics_id_seq",
                "select * from pg_catalog.pg_shadow", "select * from supabase_migrations.schema_migrations",
            ]
            for way in Way.allCases {
                for right in way.rights {
                    let database = try users.entered(way, for: right)
                    for sql in hidden { await expectRefusal("42501", sql, database) }
                }
            }
        }
    }

    @Test func nobodyWritesForAnother() async throws {
        try await TwoUsers.with { users in
            let (mine, other) = (users.mine, users.other)
            let before = try await users.rows(of: other)
            let refused: [SQL] = [
                """
                insert into public.metrics (user_id, source_name, metric_date, metric_name, metric_value)
                values (\(other), 's', '2026-01-01', 'm', 1)
                """,
                """
                insert into public.metrics (user_id, source_name, metric_date, metric_name, metric_value)
                values (\(mine)::uuid, 's', '2026-01-01', 'm', 1), (\(other)::uuid, 's', '2026-01-01', 'm', 1)
                """,
                "insert into public.metrics (source_name, metric_date, metric_name, metric_value) values ('s', '2026-01-01', 'm', 1)",
                "insert into livinglytics.accounts (user_id, source_name) values (\(other), 'x')",
                "insert into livinglytics.accounts (user_id, source_name) values (\(other), 'ga4') on conflict do nothing",
                """
                insert into livinglytics.imports (user_id, id, kind, status, name)
                values (\(other), gen_random_uuid(), 'import', 'running', 'x')
                """,
                "insert into livinglytics.import_metrics values (\(other), gen_random_uuid(), 'm', 's', '', '2026-01-01', '2026-01-01')",
                "insert into livinglytics.quarantined values (\(other), gen_random_uuid(), 1, 's', 'r', 'x')",
                """
                insert into livinglytics.api_keys (user_id, name, key_hash, hint, can_read, can_write)
                values (\(other), 'x', decode('00', 'hex'), 'x', true, true)
                """,
                "update livinglytics.accounts set user_id = \(other)", "update livinglytics.accounts set source_name = 'x'",
                "update livinglytics.imports set user_id = \(other)",
                "update livinglytics.import_metrics set user_id = \(other)",
            ]
            for way in Way.allCases where way.rights.contains(.write) {
                let database = try users.entered(way, for: .write)
                for sql in refused {
                    for door in [Door.query, .transaction] { await expectRefusal("42501", sql, database, by: door) }
                }
                // What is not seen is not met either.
                for sql: SQL in [
                    "update livinglytics.accounts set last_posted_at = now() where user_id = \(other)",
                    "update livinglytics.imports set name = 'x' where user_id = \(other)",
                    "delete from livinglytics.imports where user_id = \(other)",
                    "update livinglytics.import_metrics set metric_name = 'x' where user_id = \(other)",
                    "update livinglytics.api_keys set revoked_at = now() where user_id = \(other)",
                ] {
                    #expect(try await database.query(sql).affected == 0, "\(sql.text)")
                }
            }
            let keeper = try users.entered(.owner, for: .keys)
            #expect(try await keeper.query("update livinglytics.api_keys set revoked_at = now() where user_id = \(other)").affected == 0)
            await expectRefusal(
                "42501",
                """
                insert into livinglytics.api_keys (user_id, name, key_hash, hint, can_read, can_write)
                values (\(other), 'x', decode('00', 'hex'), 'x', true, true)
                """,
                keeper
            )
            // Revoked is revoked.
            await expectRefusal("42501", "update livinglytics.api_keys set revoked_at = null", keeper)
            let database = try users.entered(.owner, for: .write)
            #expect(try await database.query("delete from livinglytics.imports").affected == 1)
            #expect(try await users.rows(of: other) == before)
            #expect(try await TotalsCheck(users.test.database).examine().wrong == 0)
        }
    }

    @Test func aTenantChangesNothingThatIsNotHisToChange() async throws {
        try await TwoUsers.with { users in
            let before = try await users.rows(of: users.mine)
            let stranger = try users.subject(.owner, of: users.other)
            let refused: [SQL] = [
                "update public.metrics set metric_value = 0", "delete from public.metrics", "truncate public.metrics",
                """
                insert into public.metrics (id, user_id, source_name, metric_date, metric_name, metric_value)
                select id, user_id, source_name, metric_date, metric_name, 0 from public.metrics
                on conflict (id) do update set metric_value = excluded.metric_value
                """,
                "update livinglytics.totals set total = 0", "delete from livinglytics.totals",
                "insert into livinglytics.totals select * from livinglytics.totals", "update livinglytics.declared_metrics set label = 'x'",
                "delete from livinglytics.declared_metrics", "delete from livinglytics.accounts", "delete from livinglytics.import_metrics",
                "delete from livinglytics.quarantined", "update livinglytics.quarantined set reason = ''",
                "delete from livinglytics.api_keys", "update livinglytics.api_keys set can_write = true",
                "update livinglytics.api_keys set key_hash = decode('00', 'hex')",
                """
                insert into livinglytics.api_keys (user_id, name, key_hash, hint, can_read, can_write)
                values (\(users.mine), 'x', decode('00', 'hex'), 'x', true, true) returning key_hash
                """,
                "insert into public.data_sources (user_id, source_name) values (\(users.mine), 'x')",
                "update public.data_sources set access_token = ''", "delete from public.data_sources", "delete from public.users",
                "insert into public.users (email) values ('x')",
                "insert into livinglytics.members values (\(users.mine), \(users.mine), 'owner')",
                "update livinglytics.members set role = 'owner'", "delete from livinglytics.sessions",
                "delete from livinglytics.invitations",
                "select setval('public.metrics_id_seq', 1)",
                "select livinglytics.enter('subject', \(stranger), \(users.other)::uuid, 'read')",
                "select livinglytics.auth_subject()", "select livinglytics.close_relation('public.metrics')",
                "select livinglytics.take_from_totals('{}', '{}', '{}', '{}', '{}', '{}')",
                "alter table public.metrics disable row level security", "create policy x on public.metrics using (true)",
                "create table public.x ()", "create table livinglytics.x ()", "create schema x", "lock table public.users",
                "create function public.x() returns int language sql as 'select 1'",
            ]
            for way in Way.allCases where way.rights.contains(.write) {
                let database = try users.entered(way, for: .write)
                for sql in refused { await expectRefusal("42501", sql, database) }
                await #expect(throws: StorageError.self, "\(way)") {
                    try await database.transaction { transaction in
                        try await transaction.set("row_security", to: "off")
                        try await transaction.query("select from public.metrics")
                    }
                }
            }
            #expect(try await users.rows(of: users.mine) == before)
        }
    }

    /// A right to read is a transaction that takes no write, by whichever door.
    @Test func whoMayOnlyReadWritesNothing() async throws {
        try await TwoUsers.with { users in
            let before = try await users.rows(of: users.mine)
            let writes: [SQL] = [
                "insert into livinglytics.accounts (user_id, source_name) values (\(users.mine), 'x')",
                "update livinglytics.accounts set last_posted_at = now()", "delete from livinglytics.imports",
                """
                insert into public.metrics (user_id, source_name, metric_date, metric_name, metric_value)
                values (\(users.mine), 's', '2026-01-01', 'm', 1)
                """,
                "update livinglytics.api_keys set revoked_at = now()", "select nextval('public.metrics_id_seq')",
                "create temporary table t (a int) on commit drop",
            ]
            for way in Way.allCases {
                for right in way.rights {
                    let database = try users.entered(way, for: right)
                    for door in Door.allCases where right == .read || door == .read || door == .snapshot {
                        for sql in writes { await expectRefusal("25006", sql, database, by: door) }
                        await expectRefusal("25001", "set transaction read write", database, by: door)
                    }
                }
            }
            #expect(try await users.rows(of: users.mine) == before)
        }
    }

    @Test func aTenantsOwnPostingsCount() async throws {
        try await TwoUsers.with { users in
            for way in Way.allCases where way.rights.contains(.write) {
                let database = try users.entered(way, for: .write)
                var rest = try PostingRulesTests.points(["\(way) m 01 5", "\(way) n 02 6"])[...]
                let report = try await Ledger(database).post(for: users.mine, from: Provenance(name: "x", meta: [:])) { rest.popFirst() }
                #expect(report.new == 2, "\(way)")
                // For another it does not.
                await #expect(throws: StorageError.self, "\(way)") {
                    var others = try PostingRulesTests.points(["\(way) m 01 5"])[...]
                    _ = try await Ledger(database).post(for: users.other, from: Provenance(name: "x", meta: [:])) { others.popFirst() }
                }
            }
            #expect(try await TotalsCheck(users.test.database).examine().wrong == 0)
        }
    }

    @Test func nobodyGetsInWhereHeMayNot() async throws {
        try await TwoUsers.with { users in
            for way in Way.allCases {
                for right in Right.allCases {
                    if !way.rights.contains(right) {
                        let database = try users.entered(way, for: right)
                        await expectShutOut(database, "\(way) for \(right)")
                    }
                    for stranger in [users.other, UserID.nobody] {
                        let database = users.test.database.entered(
                            by: Entry(try users.proof(way, of: users.mine), to: stranger, for: right)
                        )
                        await expectShutOut(database, "\(way) of another user for \(right)")
                    }
                }
            }
        }
    }

    @Test func whatIsNoCredentialOpensNothing() async throws {
        try await TwoUsers.with { users in
            let unknown: [Proof] = [
                .subject(try SubjectID("99999999-0000-0000-0000-000000000000").unwrapped()),
                .subject(try SubjectID(users.mine.description).unwrapped()), .key([1, 2, 3]), .session([1, 2, 3]), .key([]), .session([]),
                // What is one is not the other.
                .key(TwoUsers.hash(.ownersSession, of: users.mine)), .session(TwoUsers.hash(.readingKey, of: users.mine)),
                .key(Array("invitation of \(users.mine)".utf8)), .session(Array("invitation of \(users.mine)".utf8)),
            ]
            for proof in unknown {
                for right in Right.allCases {
                    await expectShutOut(users.test.database.entered(by: Entry(proof, to: users.mine, for: right)), "\(proof) for \(right)")
                }
            }
        }
    }

    /// Asks by each way for what it is good for.
    private func check(_ users: TwoUsers, open: Set<Way>, _ when: String, at location: SourceLocation = #_sourceLocation) async throws {
        for way in Way.allCases {
            for right in way.rights {
                let database = try users.entered(way, for: right)
                if open.contains(way) {
                    #expect(try await database.query("select 1").count == 1, "\(way) for \(right) \(when)", sourceLocation: location)
                } else {
                    await expectShutOut(database, "\(way) for \(right) \(when)", at: location)
                }
            }
        }
    }

    @Test func whatWasTakenAwayIsGoneAtOnce() async throws {
        try await TwoUsers.with { users in
            let (database, mine) = (users.test.database, users.mine)
            var open = Set(Way.allCases)
            try await check(users, open: open, "at first")

            let key = try await APIKeys(database).list(of: mine).first { $0.name == "writing" }.unwrapped()
            #expect(try await APIKeys(database).revoke(key.id, of: mine) != nil)
            open.subtract([.writingKey, .writingKeysSession])
            try await check(users, open: open, "when a key was revoked")

            _ = try await database.query(
                "update livinglytics.api_keys set expires_at = now() - interval '1 second' where user_id = \(mine) and name = 'reading'"
            )
            open.subtract([.readingKey, .readingKeysSession])
            try await check(users, open: open, "when a key has expired")

            #expect(try await Sessions(database).end(TwoUsers.hash(.viewersSession, of: mine)) != nil)
            open.remove(.viewersSession)
            try await check(users, open: open, "when a session was ended")

            _ = try await database.query(
                "update livinglytics.sessions set expires_at = now() - interval '1 second' where user_id = \(mine) and key_id is null"
            )
            open.remove(.usersSession)
            try await check(users, open: open, "when a session has expired")

            #expect(try await Members(database).unlink(users.subject(.viewer, of: mine), from: mine) != nil)
            open.remove(.viewer)
            try await check(users, open: open, "when a viewer is one no more")

            // And so for the session of whoever is a member no more, however long it lasts.
            #expect(try await Members(database).unlink(users.subject(.owner, of: mine), from: mine) != nil)
            open.subtract([.owner, .ownersSession])
            #expect(open.isEmpty)
            try await check(users, open: open, "when an owner is one no more")

            // Nobody else lost anything.
            try await check(TwoUsers(test: users.test, mine: users.other, other: mine), open: Set(Way.allCases), "of the other user")
        }
    }

    @Test func aSmallerRoleOpensLess() async throws {
        try await TwoUsers.with { users in
            try await Members(users.test.database).link(users.subject(.owner, of: users.mine), to: users.mine, as: .viewer)
            for way in [Way.owner, .ownersSession] {
                #expect(try await users.entered(way, for: .read).query("select 1").count == 1)
                for right in [Right.write, .keys] {
                    let database = try users.entered(way, for: right)
                    await expectShutOut(database, "\(way) for \(right)")
                }
            }
        }
    }

    @Test func aMemberOfTwoLosesOne() async throws {
        try await TwoUsers.with { users in
            let (members, subject) = (Members(users.test.database), try users.subject(.owner, of: users.mine))
            let others = try await users.rows(of: users.other).filter { !$0.hasPrefix("livinglytics.api_keys ") }
            try await members.link(subject, to: users.other, as: .viewer)
            #expect(try await members.unlink(subject, from: users.mine) != nil)
            for way in [Way.owner, .ownersSession] {
                let proof = try users.proof(way, of: users.mine)
                for right in Right.allCases {
                    await expectShutOut(users.test.database.entered(by: Entry(proof, to: users.mine, for: right)), "\(way) for \(right)")
                    let database = users.test.database.entered(by: Entry(proof, to: users.other, for: right))
                    if right != .read {
                        await expectShutOut(database, "\(way) of a viewer for \(right)")
                        continue
                    }
                    let seen: [String] = try await database.query(TwoUsers.rows()).map { try $0.get(0) }
                    #expect(seen == others, "\(way)")
                }
            }
        }
    }

    @Test func whoWasErasedIsNobodys() async throws {
        try await TwoUsers.with { users in
            #expect(try await Users(users.test.database).remove(email: "a@x.test") != nil)
            try await check(users, open: [], "of a user who is gone")
        }
    }

    private static let session: SQL = """
        select current_user || ' ' || coalesce(current_setting('livinglytics.user_id', true), ''), pg_backend_pid(),
               current_setting('transaction_read_only')
        """

    /// A pooler gives the same session to somebody else, in the next moment.
    @Test func nothingIsLeftInTheSession() async throws {
        // One connection, and so one session behind the pooler.
        try await TwoUsers.with(bound: 1) { users in
            func session() async throws -> [String] {
                let row = try await users.test.database.query(Self.session)[0]
                return [try row.get(0), try row.get(1), try row.get(2)]
            }
            let before = try await session()
            #expect(before[0] == "postgres " && before[2] == "off")
            for door in Door.allCases {
                for right in Right.allCases {
                    let database = try users.entered(.ownersSession, for: right)
                    let inside = try await door.ask(database, Self.session)[0]
                    let (role, process): (String, String) = (try inside.get(0), try inside.get(1))
                    #expect(role == "livinglytics_tenant \(users.mine)")
                    // The same session, or this would prove nothing.
                    #expect(process == before[1])
                    #expect(try await session() == before, "after \(right) by \(door)")
                    await expectRefusal("22012", "select 1 / 0", database, by: door)
                    #expect(try await session() == before, "after an error by \(door)")
                    let stranger = users.test.database.entered(
                        by: Entry(try users.proof(.owner, of: users.mine), to: users.other, for: right)
                    )
                    await #expect(throws: StorageError.shutOut) { try await door.ask(stranger, Self.session) }
                    #expect(try await session() == before, "after a refusal by \(door)")
                    await #expect(throws: Boom.self) {
                        try await database.transaction { transaction in
                            try await transaction.query("select 1")
                            throw Boom()
                        }
                    }
                    #expect(try await session() == before, "after a body that failed")
                }
            }
        }
    }

    @Test func manyAtOnceSeeTheirOwn() async throws {
        try await TwoUsers.with(bound: 3) { users in
            let ways = Way.allCases.filter { $0.rights.contains(.read) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for turn in 0..<300 {
                    group.addTask {
                        let (user, door) = (
                            turn.isMultiple(of: 2) ? users.mine : users.other, Door.allCases[turn / 2 % Door.allCases.count]
                        )
                        let entry = Entry(try users.proof(ways[turn % ways.count], of: user), to: user, for: .read)
                        let sql: SQL = "select distinct user_id from public.metrics"
                        let seen: [UserID] = try await door.ask(users.test.database.entered(by: entry), sql).map { try $0.get(0) }
                        #expect(seen == [user])
                        // Whoever comes in between with the keys to all.
                        if turn.isMultiple(of: 3) {
                            #expect(try await door.ask(users.test.database, sql).count == 2)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
