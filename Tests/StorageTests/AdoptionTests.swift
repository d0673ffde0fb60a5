// A database made by the brief's own script, with rows in it, with Supabase's roles and without.
import Domain
import LocalStack
import Postgres
import Reporting
import Storage
import TestSupport
import Testing

@Suite struct AdoptionTests {
    /// The statements of the brief's schema_sql.py.
    private static let brief = """
        create table if not exists users (
          id uuid primary key default gen_random_uuid(), email text unique not null, org_id uuid, created_at timestamptz default now());
        create table if not exists data_sources (
          id uuid primary key default gen_random_uuid(), user_id uuid references users(id), source_name text not null, account_ref text,
          access_token text, refresh_token text, expires_at timestamptz, created_at timestamptz default now(),
          updated_at timestamptz default now());
        create table if not exists metrics (
          id bigserial primary key, user_id uuid references users(id), source_name text not null, metric_date date not null,
          metric_name text not null, metric_value numeric not null, meta jsonb default '{}'::jsonb, created_at timestamptz default now());
        create index if not exists metrics_user_source_date_idx on metrics (user_id, source_name, metric_date);
        create index if not exists data_sources_user_source_idx on data_sources (user_id, source_name);
        """

    private static let rows = """
        insert into users (email) values ('a@x.test'), ('b@x.test');
        insert into metrics (user_id, source_name, metric_date, metric_name, metric_value)
          select u.id, 'ga4', date '2026-01-01' + d, m, d + 0.25
          from users u, generate_series(0, 29) d, unnest(array['sessions', 'reach']) m;
        insert into metrics (source_name, metric_date, metric_name, metric_value) values ('ga4', '2026-01-01', 'sessions', 7);
        insert into data_sources (user_id, source_name, access_token) select id, 'ga4', 'token' from users;
        """

    private func adopt(_ test: TestDatabase) async throws {
        try await test.pool.transaction { transaction in
            _ = try await transaction.runScript(Self.brief)
            _ = try await transaction.runScript(Self.rows)
        }
        let before = try await contents(test)
        #expect(before.count == 2 + 121 + 2)
        try await Migrator(test.database).migrate()
        #expect(try await contents(test) == before)
        let user = try await Users(test.database).find(email: "a@x.test").unwrapped().id
        let tiles = try await TilesReport(test.database).tiles(of: user, in: nil)
        #expect(tiles.sessions == ExactDecimal("442.5"))
        #expect(tiles.reach == ExactDecimal("442.5"))
        // The brief's own inserts still work, and its tiles follow.
        _ = try await test.database.query(
            """
            insert into metrics (user_id, source_name, metric_date, metric_name, metric_value)
            select id, 'ga4', '2026-02-01', 'sessions', 0.5 from users where email = 'a@x.test'
            """
        )
        #expect(try await TilesReport(test.database).tiles(of: user, in: nil).sessions == 443)
        #expect(try await SharedTiles(test.database).tiles(email: "a@x.test")?.sessions == 443)
    }

    /// Every row of the brief's tables, in the brief's columns.
    private func contents(_ test: TestDatabase) async throws -> [String] {
        try await test.database.query(
            """
            select 'u' || (u.id, u.email, u.org_id, u.created_at)::text from users u
            union all select 'm' || (m.id, m.user_id, m.source_name, m.metric_date, m.metric_name, m.metric_value, m.meta, m.created_at)::text
              from metrics m
            union all select 'd' || (d.id, d.user_id, d.source_name, d.account_ref, d.access_token, d.created_at, d.updated_at)::text
              from data_sources d
            order by 1
            """
        ).map { try $0.get(0) }
    }

    @Test func withSupabasesRoles() async throws {
        try await TestDatabase.with(.empty) { test in
            _ = try await test.pool.transaction { try await $0.runScript(Self.brief) }
            let closings = try await test.database.closings().map(\.description)
            #expect(closings.count == 3)
            #expect(closings.allSatisfy { $0.contains("anon: ") && $0.contains("authenticated: ") && $0.contains("SELECT") })
            try await adopt(test)
            #expect(try await test.database.closings().isEmpty)
        }
    }

    /// Supabase's dashboard offers such policies for every table. They opened nothing where nothing was granted, and must not from now on.
    @Test func policiesThatWereThereOpenNothing() async throws {
        try await TestDatabase.with(.empty) { test in
            try await test.pool.transaction { transaction in
                try await transaction.runScript(Self.brief)
                try await transaction.runScript(Self.rows)
                for table in ["users", "data_sources", "metrics"] {
                    try await transaction.query("create policy \"Enable read access\" on \(unsafe: table) for select using (true)")
                    try await transaction.query("create policy everything on \(unsafe: table) using (true) with check (true)")
                }
            }
            try await Migrator(test.database).migrate()
            let user = try await Users(test.database).find(email: "a@x.test").unwrapped().id
            let other = try await Users(test.database).find(email: "b@x.test").unwrapped().id
            let subject = try SubjectID("11111111-0000-0000-0000-000000000000").unwrapped()
            try await Members(test.database).link(subject, to: user, as: .owner)
            let tenant = test.database.entered(by: .init(.subject(subject), to: user, for: .write))
            let claims = #"{"sub": "\#(subject)"}"#
            let settings = TransactionSettings(role: "authenticated", values: [("request.jwt.claims", claims)])
            for table in ["data_sources", "metrics"] {
                let sql: SQL = "select distinct user_id from public.\(unsafe: table)"
                let seen: [[UserID?]] = [
                    try await tenant.query(sql).map { try $0.get(0) },
                    try await test.pool.transaction([sql], under: settings)[0].map { try $0.get(0) },
                ]
                #expect(seen == [[user], [user]], "\(table)")
            }
            await #expect(throws: StorageError.self) {
                try await tenant.query(
                    """
                    insert into public.metrics (user_id, source_name, metric_date, metric_name, metric_value)
                    values (\(other), 's', '2026-01-01', 'm', 1)
                    """
                )
            }
        }
    }

    /// Roles belong to the server, so this one has a server for itself.
    @Test func onABarePostgres() async throws {
        let directory = "/var/tmp/livinglytics-bare-\(UInt32.random(in: 0 ... .max))"
        defer { TestStack.remove(directory) }
        let configuration = LocalStack.Configuration(
            directory: directory,
            preferredPoolerPort: 17543,
            preferredServerPort: 17432,
            durability: .fast
        )
        try await LocalStack.withRunning(configuration) { stack in
            for database in ["template1", "postgres"] {
                let url = try ConnectionURL(stack.url(database: database, through: .direct, as: stack.superuser))
                let connection = try await Connection.connect(to: url, within: .seconds(10))
                _ = try await connection.query("drop owned by anon, authenticated, service_role, authenticator", within: .seconds(10))
                if database == "postgres" {
                    _ = try await connection.query("drop role anon, authenticated, service_role, authenticator", within: .seconds(10))
                }
                await connection.close()
            }
            try await TestDatabase.with(on: stack) { test in
                #expect(try await test.database.query("select from pg_roles where rolname in ('anon', 'authenticated')").isEmpty)
                try await adopt(test)
            }
        }
    }
}
