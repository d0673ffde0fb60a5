// The keys of Supabase's data API, with psql: what a front end's anon key and a signed-in person get, past us.
//
// The database has Supabase's roles, and its schema auth as https://supabase.com/docs/guides/database/postgres/row-level-security describes
// `auth.uid()`: who asks stands in `request.jwt.claims`. The brief's open tables were there first.
import Domain
import LocalStack
import Storage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct SupabaseKeysTests {
    private static let supabase = """
        create schema auth;
        create table auth.users (id uuid primary key, email text);
        create function auth.uid() returns uuid language sql stable as $$
          select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
        $$;
        grant usage on schema auth to anon, authenticated;
        """

    private static let brief = """
        create table users (
          id uuid primary key default gen_random_uuid(), email text unique not null, org_id uuid, created_at timestamptz default now());
        create table data_sources (
          id uuid primary key default gen_random_uuid(), user_id uuid references users(id), source_name text not null, account_ref text,
          access_token text, refresh_token text, expires_at timestamptz, created_at timestamptz default now(),
          updated_at timestamptz default now());
        create table metrics (
          id bigserial primary key, user_id uuid references users(id), source_name text not null, metric_date date not null,
          metric_name text not null, metric_value numeric not null, meta jsonb default '{}'::jsonb, created_at timestamptz default now());
        insert into users (email) values ('a@x.test'), ('b@x.test');
        insert into data_sources (user_id, source_name, access_token) select id, 'ga4', 'token of ' || email from users;
        insert into metrics (user_id, source_name, metric_date, metric_name, metric_value)
          select id, 'ga4', '2026-01-01', 'sessions', length(email) from users;
        """

    private static let person = "11111111-2222-4333-8444-555555555555"

    /// What psql prints for a statement as a role, as the data API asks it: in a transaction, with the claims of a token.
    private func ask(_ test: TestDatabase, _ role: String, _ statement: String, subject: String? = nil) async throws -> String {
        let claims = subject.map { "{\"sub\":\"\($0)\",\"role\":\"\(role)\"}" } ?? "{\"role\":\"\(role)\"}"
        let script = """
            begin; set local role \(role); select set_config('request.jwt.claims', '\(claims)', true) \\g /dev/null
            \(statement)
            """
        return try await psql(test, script)
    }

    private func psql(_ test: TestDatabase, _ script: String) async throws -> String {
        let url = test.stack.url(database: test.name, through: .direct, scheme: "postgresql")
        return try await Shell.run("psql -XqAt \"$URL\" <<'SQL'\n\(script)\nSQL", in: "/", environment: ["URL": url]).output
    }

    @Test func theyReadWhatIsTheirsAndNoToken() async throws {
        try await TestDatabase.with(.empty) { test in
            _ = try await psql(test, Self.supabase + Self.brief)
            // So it stood before: everybody read everything, tokens too.
            #expect(try await ask(test, "anon", "select access_token from data_sources order by 1;").contains("token of b@x.test"))
            try await Migrator(test.database).migrate()
            let users = try await Users(test.database).list()
            let subject = try #require(SubjectID(Self.person))
            try await Members(test.database).link(subject, to: users[0].id, as: .viewer)

            for table in ["users", "data_sources", "metrics", "livinglytics.points", "livinglytics.members", "livinglytics.api_keys"] {
                for statement in ["select * from \(table)", "delete from \(table)", "truncate \(table)"] {
                    let answer = try await ask(test, "anon", statement + ";", subject: Self.person)
                    #expect(answer.contains("permission denied"), "\(statement): \(answer)")
                }
            }
            for (statement, expected) in [
                ("select count(*), min(user_id::text) from metrics", "1|\(users[0].id)"),
                ("select count(*), min(user_id::text) from livinglytics.points", "1|\(users[0].id)"),
                ("select count(*), min(user_id::text) from (select user_id, source_name from data_sources) s", "1|\(users[0].id)"),
                ("select user_id, role from livinglytics.members", "\(users[0].id)|viewer"),
                ("select count(*) from metrics where user_id = '\(users[1].id)'", "0"),
            ] {
                #expect(try await ask(test, "authenticated", statement + ";", subject: Self.person) == expected + "\n", "\(statement)")
            }
            for statement in [
                "select access_token from data_sources", "select refresh_token from data_sources", "select * from data_sources",
                "select * from users", "select * from livinglytics.sessions", "select * from livinglytics.api_keys",
                "select * from livinglytics.totals", "insert into metrics select * from metrics", "update metrics set metric_value = 0",
                "delete from metrics", "truncate metrics",
                "insert into livinglytics.members values ('\(Self.person)', '\(users[1].id)', 'owner')",
                "update livinglytics.members set role = 'owner'",
                "select livinglytics.enter('subject', '\(Self.person)', '\(users[1].id)', 'read')",
                "select livinglytics.user_id()",
            ] {
                let answer = try await ask(test, "authenticated", statement + ";", subject: Self.person)
                #expect(answer.contains("permission denied"), "\(statement): \(answer)")
            }
            // Somebody else, and somebody without a token's claims, see nothing.
            let other = "99999999-2222-4333-8444-555555555555"
            #expect(try await ask(test, "authenticated", "select count(*) from metrics;", subject: other) == "0\n")
            #expect(try await ask(test, "authenticated", "select count(*) from metrics;") == "0\n")
            // Nothing of ours stands in Supabase's own schema.
            #expect(
                try await psql(test, "select relname from pg_class where relnamespace = 'auth'::regnamespace and relkind = 'r';")
                    == "users\n"
            )
        }
    }
}
