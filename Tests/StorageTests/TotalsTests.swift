// Totals against sums, whoever writes and however.
import Postgres
import Storage
import TestSupport
import Testing

@Suite struct TotalsTests {
    /// What the totals should be and are not, and the other way round.
    private func differences(_ test: TestDatabase) async throws -> [String] {
        try await test.database.query(
            """
            with sums as (
              select user_id, metric_name, source_name, account_ref, sum(metric_value) total, count(*) entries, max(created_at) newest
              from metrics where user_id is not null group by 1, 2, 3, 4)
            select coalesce(s::text, '') || ' <> ' || coalesce(t::text, '')
            from sums s full join livinglytics.totals t using (user_id, metric_name, source_name, account_ref)
            where s.total is distinct from t.total or s.entries is distinct from t.entries or s.newest is distinct from t.newest_at
            """
        ).map { try $0.get(0) }
    }

    private func addUsers(_ test: TestDatabase, _ count: Int) async throws {
        _ = try await test.database.query("insert into users (email) select 'u' || n || '@x.test' from generate_series(1, \(count)::int) n")
    }

    /// A statement of random shape: single rows, many rows, updates that move rows between keys and users, deletes.
    private static func statement(_ random: inout Seeded) -> SQL {
        let user: SQL = "(select id from users order by email offset \(Int.random(in: 0..<4, using: &random))::int limit 1)"
        let many = Int.random(in: 1...40, using: &random)
        let value = "\(Int.random(in: -500...500, using: &random)).\(Int.random(in: 0...99, using: &random))"
        let id: SQL = "(select id from metrics order by md5(id::text || \(value)) limit 1)"
        return switch Int.random(in: 0..<9, using: &random) {
        case 0, 1:
            """
            insert into metrics (user_id, source_name, account_ref, metric_date, metric_name, metric_value)
            select \(user), 's' || n % 3, 'a' || n % 2, date '2026-01-01' + n, 'm' || n % 5, \(value)::numeric + n
            from generate_series(1, \(many)::int) n
            """
        case 2:
            """
            insert into metrics (user_id, source_name, metric_date, metric_name, metric_value)
            values (\(user), 's0', '2026-01-01', 'm0', \(value)::numeric), (null, 's0', '2026-01-01', 'm0', 1)
            """
        case 3: "update metrics set metric_value = metric_value + \(value)::numeric where metric_name = 'm' || \(many % 5)::int"
        case 4: "update metrics set user_id = \(user), account_ref = 'moved' where id % 7 = \(many % 7)::int"
        case 5: "update metrics set user_id = null where id = \(id)"
        case 6: "delete from metrics where id % 5 = \(many % 5)::int"
        case 7: "update metrics set created_at = created_at - \(many)::int * interval '1 hour' where id = \(id)"
        default: "update metrics set meta = '{}' where id = \(id)"
        }
    }

    @Test(arguments: [1, 2, 3])
    func theyFollowRandomWrites(_ seed: UInt64) async throws {
        try await TestDatabase.with { test in
            try await addUsers(test, 4)
            var random = Seeded(seed)
            for _ in 0..<60 {
                _ = try await test.database.query(Self.statement(&random))
                #expect(try await differences(test) == [])
            }
            _ = try await test.database.query("delete from metrics")
            #expect(try await test.database.query("select from livinglytics.totals").isEmpty)
        }
    }

    @Test func theyFollowCopy() async throws {
        try await TestDatabase.with { test in
            try await addUsers(test, 3)
            let users: [String] = try await test.database.query("select id from users").map { try $0.get(0) }
            var rows = (0..<5_000).map { n in
                [users[n % 3], "s\(n % 4)", "2026-01-\(n % 28 + 1)", "m\(n % 6)", "\(n).\(n % 100)"] as [String?]
            }[...]
            _ = try await test.pool.transaction { transaction in
                try await transaction.copyIn("copy metrics (user_id, source_name, metric_date, metric_name, metric_value) from stdin") {
                    rows.popFirst()
                }
            }
            #expect(try await differences(test) == [])
            #expect(try await test.database.query("select from livinglytics.totals").count == 12)
        }
    }

    @Test func theyFollowUpsertRollbackAndTruncate() async throws {
        try await TestDatabase.with { test in
            try await addUsers(test, 1)
            let insert: SQL = """
                insert into metrics (id, user_id, source_name, metric_date, metric_name, metric_value)
                select 1, id, 's', '2026-01-01', 'm', 5 from users on conflict (id) do update set metric_value = 8
                """
            _ = try await test.database.query(insert)
            _ = try await test.database.query(insert)
            #expect(try await differences(test) == [])
            await #expect(throws: PostgresError.self) {
                try await test.pool.transaction { transaction in
                    try await transaction.query("delete from metrics")
                    try await transaction.query("select 1/0")
                }
            }
            #expect(try await differences(test) == [])
            _ = try await test.database.query("truncate metrics")
            #expect(try await test.database.query("select from livinglytics.totals").isEmpty)
        }
    }

    @Test func writersAtOnceNeitherDeadlockNorLoseAnything() async throws {
        try await TestDatabase.with(bound: 8) { test in
            try await addUsers(test, 4)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        for round in 0..<15 {
                            // Keys in another order for each worker: who takes them as they come deadlocks here.
                            _ = try await test.database.query(
                                """
                                insert into metrics (user_id, source_name, metric_date, metric_name, metric_value)
                                select id, 's' || n, '2026-01-01', 'm' || n, 1 from users, generate_series(1, 6) n
                                order by md5(n::text || email || \(worker * 100 + round)::int)
                                """
                            )
                            if round % 5 == 4 { _ = try await test.database.query("delete from metrics where id % 11 = \(worker)::int") }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await differences(test) == [])
        }
    }

    @Test func aWriterWithoutRightsOnTheTotalsStillMovesThem() async throws {
        try await TestDatabase.with { test in
            try await addUsers(test, 1)
            try await test.pool.transaction { transaction in
                _ = try await transaction.query("set local role service_role")
                _ = try await transaction.query(
                    """
                    insert into metrics (user_id, source_name, metric_date, metric_name, metric_value)
                    select id, 's', '2026-01-01', 'm', 5 from users
                    """
                )
            }
            #expect(try await differences(test) == [])
            #expect(try await test.database.query("select from livinglytics.totals").count == 1)
        }
    }

    @Test func valuesThatAreNoNumbersAreRefused() async throws {
        try await TestDatabase.with { test in
            for value in ["NaN", "Infinity", "-Infinity"] {
                let error = await #expect(throws: PostgresError.self) {
                    try await test.pool.query(
                        "insert into metrics (source_name, metric_date, metric_name, metric_value) values ('s', '2026-01-01', 'm', \(value))"
                    )
                }
                #expect(error?.sqlState == "23514")
            }
        }
    }
}
