// What someone finds who logs in to the stack: Supabase's roles and rights, TLS, and a pooler in transaction mode.

import LocalStack
import Testing

@Suite(.serialized)
struct LikeSupabaseTests {
    @Test func rolesAndRights() async throws {
        try await TestDirectory.with { configuration in
            try await LocalStack.withRunning(configuration) { stack in
                try await expectRoles(stack)
                try await expectOpenPublicSchema(stack)
                try await expectDatabasesAreOurs(stack)
            }
        }
    }

    @Test func connections() async throws {
        try await TestDirectory.with { configuration in
            try await LocalStack.withRunning(configuration) { stack in
                try await expectTLS(stack)
                try await expectTransactionMode(stack)
                try await expectOtherRolesGetIn(stack)
            }
        }
    }

    private func expectRoles(_ stack: LocalStack) async throws {
        let roles = try await stack.psql(
            """
            select rolname, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolcanlogin from pg_roles
            where rolname !~ '^pg_' order by rolname collate "C";
            """
        )
        #expect(
            roles.split(separator: "\n") == [
                "anon|f|f|f|f|f",
                "authenticated|f|f|f|f|f",
                "authenticator|f|f|f|f|t",
                "pgbouncer|f|f|f|f|t",
                "postgres|f|t|t|t|t",
                "service_role|f|f|f|t|f",
                "supabase_admin|t|t|t|t|t",
            ]
        )
        // pooler-lint: allow psql talks to the server itself here, and ends with this line
        #expect(try await stack.psql("set role service_role; select current_user;", through: .direct) == "service_role")
        try await stack.expect("show server_encoding; show timezone;", gives: "UTF8\nUTC")
    }

    /// The rights that our migration takes away, in the first database and in those made later.
    private func expectOpenPublicSchema(_ stack: LocalStack) async throws {
        _ = try await stack.psql("create database fresh;")
        for database in ["postgres", "fresh"] {
            let rights = try await stack.psql(
                """
                create table probe (id bigserial);
                create function probed() returns int language sql as 'select 1';
                select bool_and(has_table_privilege(role, 'probe', 'insert') and has_sequence_privilege(role, 'probe_id_seq', 'usage')
                    and proacl::text ~ (role || '=X/postgres')) from pg_proc, unnest('{anon,authenticated,service_role}'::text[]) role
                where proname = 'probed';
                """,
                database: database
            )
            #expect(rights == "t", "in \(database)")
        }
    }

    /// Tests make databases from templates, and drop them while the pooler still holds connections to them. A template must
    /// have none: `postgres` may end them.
    private func expectDatabasesAreOurs(_ stack: LocalStack) async throws {
        let ended = "select bool_and(pg_terminate_backend(pid)) from pg_stat_activity where datname = 'fresh';"
        #expect(try await stack.psql(ended, through: .direct) == "t")
        _ = try await stack.psql("create database copy template fresh;", through: .direct)
        #expect(try await stack.psql("select to_regclass('probe');", database: "copy") == "probe")
        _ = try await stack.psql("drop database copy with (force);", through: .direct)
        try await stack.expect("select count(*) from pg_database where datname = 'copy';", gives: "0")
    }

    private func expectTLS(_ stack: LocalStack) async throws {
        let verify = ["PGSSLMODE": "verify-full", "PGSSLROOTCERT": stack.caCertificate]
        for route in [LocalStack.Route.pooler, .direct] {
            #expect(try await stack.psql("select 1;", through: route, settings: verify) == "1")
        }
        try await stack.expect("select ssl from pg_stat_ssl where pid = pg_backend_pid();", gives: "t")
        let plain = await #expect(throws: LocalStackError.self) {
            _ = try await stack.psql("select 1;", settings: ["PGSSLMODE": "disable"])
        }
        #expect(plain?.description.contains("SSL required") == true)
    }

    /// One psql starts another from within: both are connected, and share a backend all the same. And an `options` parameter
    /// is refused, as pooler.md measured.
    private func expectTransactionMode(_ stack: LocalStack) async throws {
        let pids = try await stack.psql(#"select pg_backend_pid(); \! psql -XqtAc 'select pg_backend_pid()'"#)
        let lines = pids.split(separator: "\n")
        #expect(lines.count == 2 && lines.first == lines.last)
        let refused = await #expect(throws: LocalStackError.self) {
            _ = try await stack.psql("select 1;", settings: ["PGSSLMODE": "require", "PGOPTIONS": "-c work_mem=1MB"])
        }
        #expect(refused?.description.contains("unsupported startup parameter") == true)
    }

    /// Roles that migrations make log in through the pooler too, and leave nothing that keeps a database from being dropped.
    private func expectOtherRolesGetIn(_ stack: LocalStack) async throws {
        _ = try await stack.psql("create role app login password 'of the test';")
        _ = try await stack.psql("create database other;")
        let app = LocalStack.Login(role: "app", password: "of the test")
        #expect(try await stack.psql("select current_user;", as: app, database: "other") == "app")
        let wrong = LocalStack.Login(role: "app", password: "of another")
        await #expect(throws: LocalStackError.self) { _ = try await stack.psql("select 1;", as: wrong, database: "other") }
        _ = try await stack.psql("drop database other with (force);", through: .direct)
    }
}
