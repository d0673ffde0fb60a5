// What is open, and to whom: all of it is listed here, and nothing of ours is open to the keys that every front end carries.
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ClosedTests {
    /// Every relation, and what anybody but its owner may do with it. What stands here with `nobody` is closed.
    private static let relations: Set<String> = [
        "schema livinglytics: authenticated USAGE; livinglytics_tenant USAGE",
        "sequence public.metrics_id_seq: livinglytics_tenant USAGE",
        "table livinglytics.accounts: livinglytics_tenant SELECT",
        "table livinglytics.api_keys: nobody",
        "table livinglytics.declared_metrics: livinglytics_tenant SELECT",
        "table livinglytics.import_metrics: livinglytics_tenant INSERT, SELECT, UPDATE",
        "table livinglytics.imports: livinglytics_tenant DELETE, INSERT, SELECT, UPDATE",
        "table livinglytics.invitations: nobody",
        "table livinglytics.members: authenticated SELECT",
        "table livinglytics.quarantined: livinglytics_tenant INSERT, SELECT",
        "table livinglytics.sessions: nobody",
        "table livinglytics.totals: livinglytics_tenant SELECT",
        "table public.data_sources: nobody",
        "table public.metrics: authenticated SELECT; livinglytics_tenant SELECT",
        "table public.users: nobody",
        "view livinglytics.points: authenticated SELECT; livinglytics_tenant SELECT",
    ]

    /// Of what is not open as a whole.
    private static let columns: Set<String> = {
        let own = ["created_at", "expires_at", "id", "user_id"]
        let sources = (own + ["account_ref", "source_name", "updated_at"]).map {
            "column public.data_sources.\($0): authenticated SELECT; livinglytics_tenant SELECT"
        }
        let readKeys = ["created_at", "id", "last_used_at"].map { "column livinglytics.api_keys.\($0): livinglytics_tenant SELECT" }
        let madeKeys = ["can_read", "can_write", "expires_at", "hint", "name", "user_id"].map {
            "column livinglytics.api_keys.\($0): livinglytics_tenant INSERT, SELECT"
        }
        let otherKeys = [
            "column livinglytics.api_keys.key_hash: livinglytics_tenant INSERT",
            "column livinglytics.api_keys.made_by: livinglytics_tenant INSERT",
            "column livinglytics.api_keys.revoked_at: livinglytics_tenant SELECT, UPDATE",
        ]
        // What a posting writes.
        let posted = [
            "account_ref", "created_at", "import_id", "meta", "metric_date", "metric_name", "metric_value", "presence", "source_name",
            "user_id",
        ].map { "column public.metrics.\($0): livinglytics_tenant INSERT" }
        let accounts =
            ["account_ref", "source_name", "user_id"].map { "column livinglytics.accounts.\($0): livinglytics_tenant INSERT" }
            + ["column livinglytics.accounts.last_posted_at: livinglytics_tenant UPDATE"]
        return Set(sources + readKeys + madeKeys + otherKeys + posted + accounts)
    }()

    private static let functions: Set<String> = [
        "function livinglytics.add_to_totals(uuid[],text[],text[],text[],numeric[],bigint[],timestamp with time zone[])"
            + " as its owner: nobody",
        "function livinglytics.auth_subject(): authenticated EXECUTE",
        "function livinglytics.close_relation(regclass): nobody",
        "function livinglytics.enter(text,text,uuid,text): nobody",
        "function livinglytics.take_from_totals(uuid[],text[],text[],text[],numeric[],bigint[]) as its owner: nobody",
        "function livinglytics.totals_follow() as its owner: nobody",
        "function livinglytics.touch_updated_at(): nobody",
        "function livinglytics.user_id(): livinglytics_tenant EXECUTE",
        "function livinglytics.wanted(): livinglytics_tenant EXECUTE",
    ]

    private static let policies: Set<String> = [
        "livinglytics.accounts livinglytics_tenant PERMISSIVE ALL {livinglytics_tenant}",
        "livinglytics.api_keys livinglytics_tenant_adds PERMISSIVE INSERT {livinglytics_tenant}",
        "livinglytics.api_keys livinglytics_tenant_reads PERMISSIVE SELECT {livinglytics_tenant}",
        "livinglytics.api_keys livinglytics_tenant_revokes PERMISSIVE UPDATE {livinglytics_tenant}",
        "livinglytics.declared_metrics livinglytics_tenant PERMISSIVE SELECT {livinglytics_tenant}",
        "livinglytics.import_metrics livinglytics_tenant PERMISSIVE ALL {livinglytics_tenant}",
        "livinglytics.imports livinglytics_tenant PERMISSIVE ALL {livinglytics_tenant}",
        "livinglytics.members livinglytics_member PERMISSIVE SELECT {authenticated}",
        "livinglytics.quarantined livinglytics_tenant PERMISSIVE ALL {livinglytics_tenant}",
        "livinglytics.totals livinglytics_tenant PERMISSIVE ALL {livinglytics_tenant}",
        "public.data_sources livinglytics_member_only RESTRICTIVE ALL {authenticated}",
        "public.data_sources livinglytics_tenant_only RESTRICTIVE ALL {livinglytics_tenant}",
        "public.metrics livinglytics_member_only RESTRICTIVE ALL {authenticated}",
        "public.metrics livinglytics_tenant_only RESTRICTIVE ALL {livinglytics_tenant}",
        "public.users livinglytics_tenant_only RESTRICTIVE ALL {livinglytics_tenant}",
        "public.data_sources livinglytics_member PERMISSIVE SELECT {authenticated}",
        "public.data_sources livinglytics_tenant PERMISSIVE ALL {livinglytics_tenant}",
        "public.metrics livinglytics_member PERMISSIVE SELECT {authenticated}",
        "public.metrics livinglytics_tenant PERMISSIVE ALL {livinglytics_tenant}",
    ]

    /// `anon INSERT, SELECT; authenticated SELECT*`, the star for what may be handed on, or `nobody`. Supabase's service_role passes every
    /// policy, so it is left out: it is the operator's own.
    private static func grants(_ list: String, owner: String) -> SQL {
        """
        coalesce((
          select string_agg(who || ' ' || what, '; ' order by who) from (
            select coalesce(r.rolname, 'PUBLIC')::text collate "C" as who,
                   string_agg(a.privilege_type || case when a.is_grantable then '*' else '' end, ', ' order by a.privilege_type) as what
            from aclexplode(\(unsafe: list)) a left join pg_roles r on r.oid = a.grantee
            where a.grantee <> \(unsafe: owner) and r.rolname is distinct from 'service_role' group by 1
          ) g), 'nobody')
        """
    }

    private func lines(_ test: TestDatabase, _ sql: SQL) async throws -> Set<String> {
        let lines: [String] = try await test.database.query(sql).map { try $0.get(0) }
        return Set(lines)
    }

    private func compare(_ found: Set<String>, _ listed: Set<String>, at location: SourceLocation = #_sourceLocation) {
        #expect(found.subtracting(listed).sorted() == [], "is there and not listed", sourceLocation: location)
        #expect(listed.subtracting(found).sorted() == [], "is listed and not there", sourceLocation: location)
    }

    @Test func everyRelationIsListed() async throws {
        try await TestDatabase.with { test in
            let found = try await lines(
                test,
                """
                select case c.relkind when 'r' then 'table' when 'v' then 'view' when 'S' then 'sequence'
                       else 'relation ' || c.relkind::text end
                       || ' ' || n.nspname || '.' || c.relname
                       || case when c.relkind in ('r', 'p') and not c.relrowsecurity then ' without row-level security' else '' end
                       || case when c.relkind = 'v' and not coalesce('security_invoker=true' = any(c.reloptions), false)
                               then ' as its owner' else '' end
                       || ': ' || \(Self.grants("c.relacl", owner: "c.relowner"))
                from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname in ('public', 'livinglytics') and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
                union all
                select 'schema ' || n.nspname || ': ' || \(Self.grants("n.nspacl", owner: "n.nspowner"))
                from pg_namespace n where n.nspname = 'livinglytics'
                """
            )
            compare(found, Self.relations)
        }
    }

    @Test func everyOpenColumnIsListed() async throws {
        try await TestDatabase.with { test in
            let found = try await lines(
                test,
                """
                select 'column ' || n.nspname || '.' || c.relname || '.' || a.attname || ': '
                       || \(Self.grants("a.attacl", owner: "c.relowner"))
                from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
                where n.nspname in ('public', 'livinglytics') and a.attacl is not null
                """
            )
            compare(found, Self.columns)
        }
    }

    @Test func everyFunctionIsListed() async throws {
        try await TestDatabase.with { test in
            let found = try await lines(
                test,
                """
                select 'function ' || p.oid::regprocedure || case when p.prosecdef then ' as its owner' else '' end
                       || case when p.prosecdef and not coalesce(p.proconfig @> array['search_path=pg_catalog, pg_temp'], false)
                               then ' without a search_path of its own' else '' end
                       || ': ' || \(Self.grants("coalesce(p.proacl, acldefault('f', p.proowner))", owner: "p.proowner"))
                from pg_proc p
                where p.pronamespace in ('public'::regnamespace, 'livinglytics'::regnamespace)
                """
            )
            compare(found, Self.functions)
        }
    }

    @Test func everyPolicyIsListed() async throws {
        try await TestDatabase.with { test in
            let found = try await lines(
                test,
                """
                select schemaname || '.' || tablename || ' ' || policyname || ' ' || permissive || ' ' || cmd || ' ' || roles::text
                from pg_policies where schemaname in ('public', 'livinglytics')
                """
            )
            compare(found, Self.policies)
        }
    }

    /// A role passes its rights on to its members, and has those of whatever it is a member of.
    @Test func theTenantsRoleHasNoOthersRights() async throws {
        try await TestDatabase.with { test in
            let roles = try await lines(
                test,
                """
                select rolsuper::text || rolbypassrls || rolcanlogin || rolcreaterole || rolcreatedb || rolreplication from pg_roles
                where rolname = 'livinglytics_tenant'
                union all select 'is ' || roleid::regrole from pg_auth_members where member = 'livinglytics_tenant'::regrole
                union all select 'has ' || member::regrole from pg_auth_members
                  where roleid = 'livinglytics_tenant'::regrole
                    and member <> (select datdba from pg_database where datname = current_database())
                union all select 'owns ' || oid::regclass from pg_class where relowner = 'livinglytics_tenant'::regrole
                """
            )
            #expect(roles == ["falsefalsefalsefalsefalsefalse"])
            let makers = try await lines(
                test,
                """
                select role || ' in ' || schema from unnest(array['anon', 'authenticated', 'livinglytics_tenant']) role,
                  unnest(array['public', 'livinglytics']) schema
                where has_schema_privilege(role, schema, 'create')
                """
            )
            #expect(makers == [])
        }
    }

    /// It is Supabase's own: what is there may change with any of its versions.
    @Test func schemaAuthStaysAsItIs() async throws {
        try await TestDatabase.with(.empty) { test in
            _ = try await test.pool.transaction([
                "create schema auth",
                "create table auth.users (id uuid primary key, email text)",
                "create function auth.uid() returns uuid language sql stable return null::uuid",
            ])
            let all: SQL = """
                select 'schema ' || coalesce(nspacl::text, '') from pg_namespace where nspname = 'auth'
                union all select 'relation ' || oid::regclass || coalesce(relacl::text, '') || relrowsecurity from pg_class
                  where relnamespace = 'auth'::regnamespace
                union all select 'function ' || oid::regprocedure || coalesce(proacl::text, '') from pg_proc
                  where pronamespace = 'auth'::regnamespace
                union all select 'trigger ' || tgname from pg_trigger where tgrelid = 'auth.users'::regclass
                union all select 'policy ' || polname from pg_policy where polrelid = 'auth.users'::regclass
                union all select 'constraint ' || conname from pg_constraint
                  where conrelid = 'auth.users'::regclass or confrelid = 'auth.users'::regclass
                union all select 'needed by ' || classid::regclass || ' ' || objid from pg_depend
                  where refobjid in ('auth.users'::regclass::oid, 'auth.uid()'::regprocedure::oid) and deptype = 'n'
                """
            let before = try await lines(test, all)
            #expect(before.count == 5)
            try await Migrator(test.database).migrate()
            #expect(try await lines(test, all) == before)
        }
    }

    private static let closedToAll = [
        "select * from users", "select email from users", "select * from data_sources", "select access_token from data_sources",
        "select refresh_token from data_sources", "select * from livinglytics.totals", "select * from livinglytics.accounts",
        "select * from livinglytics.imports", "select * from livinglytics.import_metrics", "select * from livinglytics.quarantined",
        "select * from livinglytics.declared_metrics", "select * from livinglytics.api_keys", "select id from livinglytics.api_keys",
        "select * from livinglytics.sessions", "select * from livinglytics.invitations", "insert into users (email) values ('x')",
        "insert into metrics (source_name, metric_date, metric_name, metric_value) values ('s', '2026-01-01', 'm', 1)",
        "update metrics set metric_value = 0", "delete from metrics", "delete from data_sources",
        "update data_sources set source_name = 'x'",
        "truncate metrics", "select nextval('metrics_id_seq')", "delete from livinglytics.members",
        "insert into livinglytics.members select gen_random_uuid(), gen_random_uuid(), 'owner'",
        "update livinglytics.members set role = 'owner'", "select livinglytics.user_id()",
        "select livinglytics.enter('subject', gen_random_uuid()::text, gen_random_uuid(), 'read')", "create table public.x ()",
        "create table livinglytics.x ()", "alter table metrics disable row level security",
    ]

    private static let closedToTheAnonKey = [
        "select * from metrics", "select count(*) from metrics", "select * from livinglytics.points", "select * from livinglytics.members",
        "select id from data_sources", "select livinglytics.auth_subject()",
    ]

    @Test(arguments: ["anon", "authenticated"])
    func aFrontEndsKeyIsRefused(_ role: String) async throws {
        try await TwoUsers.with { users in
            let statements = role == "anon" ? Self.closedToAll + Self.closedToTheAnonKey : Self.closedToAll
            let subject = try users.subject(.owner, of: users.mine)
            let claims = #"{"sub": "\#(subject)", "role": "\#(role)"}"#
            let settings = TransactionSettings(role: role, values: [("request.jwt.claims", claims)])
            for statement in statements {
                let error = await #expect(throws: PostgresError.self, "\(statement)") {
                    try await users.test.pool.transaction([SQL(unsafe: statement)], under: settings)
                }
                #expect(error?.sqlState == "42501", "\(statement): \(error.map { "\($0)" } ?? "")")
            }
        }
    }

    /// What Supabase's data API answers somebody with these claims, as `table user count`.
    private func served(_ claims: String?, _ users: TwoUsers) async throws -> [String] {
        let tables = ["livinglytics.members", "livinglytics.points", "public.data_sources", "public.metrics"]
        var settings = TransactionSettings(role: "authenticated")
        if let claims { settings.values = [("request.jwt.claims", claims)] }
        return try await users.test.pool.transaction([TwoUsers.rows(of: tables)], under: settings)[0].map { try $0.get(0) }
    }

    @Test(arguments: [TwoUsers.Way.owner, .viewer])
    func whoeverIsSignedInReadsWhatIsHis(_ way: TwoUsers.Way) async throws {
        try await TwoUsers.with { users in
            let subject = try users.subject(way, of: users.mine)
            let claims = #"{"sub": "\#(subject)", "role": "authenticated"}"#
            let (mine, other) = (users.mine, users.other)
            func expected(_ user: UserID) -> [String] {
                [
                    "livinglytics.members \(user) 1", "livinglytics.points \(user) 3", "public.data_sources \(user) 1",
                    "public.metrics \(user) 3",
                ]
            }
            #expect(try await served(claims, users) == expected(mine))
            try await Members(users.test.database).link(subject, to: other, as: .viewer)
            #expect(try await served(claims, users) == (expected(mine) + expected(other)).sorted())
            // At once, whatever the token says and however long it is good for.
            #expect(try await Members(users.test.database).unlink(subject, from: mine) != nil)
            #expect(try await served(claims, users) == expected(other))
        }
    }

    @Test func whoeverBelongsNowhereReadsNothing() async throws {
        try await TwoUsers.with { users in
            let strangers: [String?] = [
                nil, "", "{}", #"{"sub": null}"#, #"{"sub": "99999999-0000-0000-0000-000000000000"}"#, #"{"sub": "\#(users.mine)"}"#,
                #"{"email": "a@x.test"}"#, #"{"user_id": "\#(users.mine)"}"#,
            ]
            for claims in strangers {
                let seen = try await served(claims, users)
                #expect(seen == [], "\(claims ?? "no claims")")
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
