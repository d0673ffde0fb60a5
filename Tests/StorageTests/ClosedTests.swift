// Nothing of ours is open to the keys that every front end carries.
import Postgres
import Storage
import TestSupport
import Testing

@Suite struct ClosedTests {
    @Test func everyTableHasRowLevelSecurityAndNoGrants() async throws {
        try await TestDatabase.with { test in
            let relations = try await test.database.query(
                """
                select c.oid::regclass::text, c.relkind in ('r', 'p') and not c.relrowsecurity,
                       coalesce((select string_agg(a.grantee::regrole::text || ' ' || a.privilege_type, ', ') from aclexplode(c.relacl) a
                                 where a.grantee = 0 or a.grantee in ('anon'::regrole, 'authenticated'::regrole)), '')
                from pg_class c
                where c.relnamespace in ('public'::regnamespace, 'livinglytics'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
                """
            )
            #expect(relations.count >= 7)
            for relation in relations {
                let (name, lacksSecurity, grants): (String, Bool, String) = (try relation.get(0), try relation.get(1), try relation.get(2))
                #expect(!lacksSecurity, "\(name) has no row-level security")
                #expect(grants.isEmpty, "\(name) is open: \(grants)")
            }
        }
    }

    @Test func everyFunctionIsClosed() async throws {
        try await TestDatabase.with { test in
            let open = try await test.database.query(
                """
                select oid::regprocedure::text from pg_proc
                where pronamespace = 'livinglytics'::regnamespace
                  and (has_function_privilege('anon', oid, 'execute') or has_function_privilege('authenticated', oid, 'execute'))
                """
            )
            #expect(try open.map { try $0.get(0, as: String.self) } == [])
        }
    }

    @Test(arguments: ["anon", "authenticated"])
    func aFrontEndsKeyReadsAndWritesNothing(_ role: String) async throws {
        try await TestDatabase.with { test in
            for statement in [
                "select * from users", "select * from data_sources", "select * from metrics", "select * from livinglytics.totals",
                "select * from livinglytics.points", "select * from livinglytics.accounts", "insert into users (email) values ('x')",
                "update metrics set metric_value = 0", "delete from data_sources", "truncate metrics", "select nextval('metrics_id_seq')",
            ] {
                let error = await #expect(throws: PostgresError.self, "\(statement)") {
                    try await test.pool.transaction { transaction in
                        try await transaction.query("set local role \(unsafe: role)")
                        try await transaction.query(SQL(unsafe: statement))
                    }
                }
                #expect(error?.sqlState == "42501", "\(statement)")
            }
        }
    }

    @Test func updatedAtFollowsEveryUpdate() async throws {
        try await TestDatabase.with { test in
            _ = try await test.database.query("insert into users (email) values ('a@x.test')")
            _ = try await test.database.query(
                "insert into data_sources (user_id, source_name, updated_at) select id, 'ga4', '2020-01-01' from users"
            )
            _ = try await test.database.query("update data_sources set access_token = 'new'")
            let isRecent: Bool = try await test.database.query("select updated_at > now() - interval '1 minute' from data_sources")
                .first.unwrapped().get(0)
            #expect(isRecent)
            _ = try await test.database.query("update data_sources set updated_at = '2021-01-01'")
            let year: String = try await test.database.query("select extract(year from updated_at)::text from data_sources")
                .first.unwrapped().get(0)
            #expect(year == "2021")
        }
    }
}
