// The schema of a database as text, to compare.
import Postgres
import Storage
import TestSupport

enum Schema {
    /// Tables, columns, constraints, indexes, triggers, functions and grants of ours.
    static func dump(_ test: TestDatabase) async throws -> [String] {
        try await test.database.query(
            """
            select 'column ' || table_schema || '.' || table_name || '.' || column_name || ' ' || udt_name || ' ' || is_nullable || ' '
                   || coalesce(column_default, '') from information_schema.columns
              where table_schema in ('public', 'livinglytics', 'supabase_migrations')
            union all select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
              where connamespace in ('public'::regnamespace, 'livinglytics'::regnamespace)
            union all select 'index ' || indexdef from pg_indexes where schemaname in ('public', 'livinglytics')
            union all select 'trigger ' || tgrelid::regclass || ' ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
            union all select 'function ' || oid::regprocedure || ' ' || md5(prosrc) || coalesce(proacl::text, '') from pg_proc
              where pronamespace = 'livinglytics'::regnamespace
            union all select 'grants ' || oid::regclass || ' ' || coalesce(relacl::text, '') || relrowsecurity from pg_class
              where relnamespace in ('public'::regnamespace, 'livinglytics'::regnamespace)
            order by 1
            """
        ).map { try $0.get(0) }
    }
}

extension Optional {
    /// What must be there.
    func unwrapped() throws -> Wrapped {
        guard let self else { throw Missing() }
        return self
    }

    private struct Missing: Error {}
}
