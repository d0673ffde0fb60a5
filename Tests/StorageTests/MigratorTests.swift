// Migrations on a real database, through the pooler.
import Postgres
import Storage
import TestSupport
import Testing

@Suite struct MigratorTests {
    @Test func aSecondRunChangesNothing() async throws {
        try await TestDatabase.with(.empty) { test in
            let migrator = Migrator(test.database)
            #expect(try await migrator.migrate() == Migration.all.count)
            let before = try await Schema.dump(test)
            #expect(try await migrator.migrate() == 0)
            #expect(try await Schema.dump(test) == before)
            #expect(try await migrator.state() == .current)
        }
    }

    @Test func twoAtOnceApplyEachOnce() async throws {
        try await TestDatabase.with(.empty, bound: 8) { test in
            let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 { group.addTask { try await Migrator(test.database).migrate() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(counts.reduce(0, +) == Migration.all.count)
            let recorded = try await test.database.query("select version from supabase_migrations.schema_migrations order by 1")
            #expect(try recorded.map { try $0.get(0, as: String.self) } == Migration.all.map(\.version))
        }
    }

    @Test func theyAreRecordedAsTheSupabaseCLIRecordsThem() async throws {
        try await TestDatabase.with { test in
            let columns = try await test.database.query(
                """
                select column_name || ' ' || udt_name || ' ' || is_nullable from information_schema.columns
                where table_schema = 'supabase_migrations' and table_name = 'schema_migrations' order by column_name
                """
            )
            #expect(try columns.map { try $0.get(0, as: String.self) } == ["name text YES", "statements _text YES", "version text NO"])
            let rows = try await test.database.query(
                "select version, name, statements from supabase_migrations.schema_migrations order by 1"
            )
            for (row, migration) in zip(rows, Migration.all) {
                #expect(try row.get(0) == migration.version)
                #expect(try row.get(1) == migration.name)
                #expect(try row.get(2) == migration.statements)
            }
        }
    }

    @Test func oneThatFailsLeavesNothingAndIsNamed() async throws {
        try await TestDatabase.with(.empty) { test in
            let bad = Migration(version: "20260101000000", name: "livinglytics_bad", sql: "create table half (); select 1/0;")
            let error = try await #require(throws: MigrationError.self) {
                try await Migrator(test.database, migrations: [bad]).migrate()
            }
            #expect(error.description.contains("20260101000000_livinglytics_bad.sql"))
            #expect(error.description.contains("division by zero"))
            let left: Bool = try await test.database.query("select to_regclass('half') is not null").first.unwrapped().get(0)
            #expect(!left)
            #expect(try await Migrator(test.database, migrations: [bad]).plan().pending == [bad])
        }
    }

    @Test func anEditedOneIsRefusedAndNothingChanges() async throws {
        try await TestDatabase.with { test in
            _ = try await test.database.query(
                """
                update supabase_migrations.schema_migrations set statements = array['create table something_else ()']
                where version = \(Migration.all[1].version)
                """
            )
            await #expect(throws: MigrationError.edited(Migration.all[1])) { try await Migrator(test.database).migrate() }
            #expect(try await Migrator(test.database).state() == .refused(.edited(Migration.all[1])))
        }
    }

    @Test func theHistoryOfEarlyCLIsIsUnderstood() async throws {
        try await TestDatabase.with(.empty) { test in
            _ = try await test.database.query("create schema supabase_migrations")
            _ = try await test.database.query("create table supabase_migrations.schema_migrations (version text not null primary key)")
            _ = try await test.database.query("insert into supabase_migrations.schema_migrations values ('20240101000000')")
            #expect(try await Migrator(test.database).plan().pending == Migration.all)
            #expect(try await Migrator(test.database).migrate() == Migration.all.count)
        }
    }

}
