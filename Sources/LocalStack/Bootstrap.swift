// The SQL that makes a fresh cluster look like a Supabase project to someone who logs in as `postgres`.

enum Bootstrap {
    /// For psql, as `supabase_admin`, once per cluster. Roles and grants are those of github.com/supabase/postgres
    /// (migrations/db), without the ones that serve Supabase's own services.
    static func script(_ secrets: Secrets) -> String {
        """
        -- An error must not bring the password into the server's log.
        -- pooler-lint: allow psql talks to the server itself here, once, as its superuser
        set log_min_error_statement = panic;
        create role postgres login createdb createrole replication bypassrls password '\(secrets.owner)';
        create role pgbouncer login password '\(secrets.pooler)';
        create role anon nologin;
        create role authenticated nologin;
        create role service_role nologin bypassrls;
        create role authenticator login noinherit;
        grant anon, authenticated, service_role to authenticator;
        grant anon, authenticated, service_role to postgres with admin option;
        grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres;
        alter role anon set statement_timeout = '3s';
        alter role authenticated set statement_timeout = '8s';
        alter role authenticator set statement_timeout = '8s';
        alter role authenticator set lock_timeout = '8s';
        alter database postgres owner to postgres;
        \(inEveryDatabase)
        -- Every database made later copies this one.
        \\connect template1
        \(inEveryDatabase)
        """
    }

    /// What `postgres` makes in `public` is open to the API's roles, unless a migration closes it. And the pooler may look up
    /// who logs in, in whichever database that is.
    private static let inEveryDatabase = """
        grant select on pg_catalog.pg_shadow to pgbouncer;
        grant usage on schema public to postgres, anon, authenticated, service_role;
        alter default privileges for role postgres in schema public
            grant all on tables to postgres, anon, authenticated, service_role;
        alter default privileges for role postgres in schema public
            grant all on sequences to postgres, anon, authenticated, service_role;
        alter default privileges for role postgres in schema public
            grant all on functions to postgres, anon, authenticated, service_role;
        """
}
