// What migrations are applied, and when they are refused: without a database.
import Testing

@testable import Storage

@Suite struct MigrationPlanTests {
    private let first = Migration(
        version: "20260101000000",
        name: "livinglytics_first",
        sql: "-- One.\ncreate table a (x text default ';');\n"
    )
    private let second = Migration(version: "20260102000000", name: "livinglytics_second", sql: "create table b ();")

    private func record(_ migration: Migration, statements: [String]? = nil) -> RecordedMigration {
        RecordedMigration(version: migration.version, name: migration.name, statements: statements ?? migration.statements)
    }

    @Test func allIsPendingInAnEmptyDatabase() throws {
        let plan = try MigrationPlan(ours: [first, second], recorded: [])
        #expect(plan.pending == [first, second])
        #expect(plan.applied.isEmpty)
    }

    @Test func otherPeoplesMigrationsAreLeftAlone() throws {
        let theirs = RecordedMigration(version: "20250101000000", name: "their_table", statements: ["create table theirs ()"])
        let nameless = RecordedMigration(version: "20250102000000", name: nil, statements: nil)
        let plan = try MigrationPlan(ours: [first, second], recorded: [theirs, nameless, record(first)])
        #expect(plan.applied == [first])
        #expect(plan.pending == [second])
    }

    @Test func layoutAndCommentsMayChange() throws {
        let recorded = record(first, statements: ["create   table a\n (x text default ';')"])
        #expect(try MigrationPlan(ours: [first], recorded: [recorded]).pending.isEmpty)
    }

    @Test func whatARepairRecordedWithoutStatementsCounts() throws {
        let recorded = RecordedMigration(version: first.version, name: first.name, statements: nil)
        #expect(try MigrationPlan(ours: [first], recorded: [recorded]).pending.isEmpty)
    }

    @Test func anEditedOneIsRefusedByName() {
        let edited = record(first, statements: ["create table a (x text default ',')"])
        let error = #expect(throws: MigrationError.self) { try MigrationPlan(ours: [first], recorded: [edited]) }
        #expect(error == .edited(first))
        #expect(error?.description.contains("20260101000000_livinglytics_first.sql") == true)
    }

    @Test func oneThatThisBinaryLacksIsRefusedByName() {
        let newer = RecordedMigration(version: "20990101000000", name: "livinglytics_newer", statements: [])
        #expect(throws: MigrationError.missing(version: "20990101000000", name: "livinglytics_newer")) {
            try MigrationPlan(ours: [first], recorded: [record(first), newer])
        }
    }

    @Test func aHoleIsRefusedByName() {
        #expect(throws: MigrationError.outOfOrder(first, before: second)) {
            try MigrationPlan(ours: [first, second], recorded: [record(second)])
        }
    }

    @Test func aVersionThatIsSomebodyElsesIsRefused() {
        let theirs = RecordedMigration(version: first.version, name: "theirs", statements: nil)
        #expect(throws: MigrationError.versionTaken(first, by: "theirs")) { try MigrationPlan(ours: [first], recorded: [theirs]) }
    }

    @Test func filesAreToldByTheirNames() {
        #expect(Migration(fileName: "20260101000000_livinglytics_x.sql", text: "")?.name == "livinglytics_x")
        #expect(Migration(fileName: "20260101000000_other.sql", text: "") == nil)
        #expect(Migration(fileName: "2026_livinglytics_x.sql", text: "") == nil)
        #expect(Migration.all.map(\.version) == Migration.all.map(\.version).sorted())
        #expect(!Migration.all.isEmpty)
    }

    @Test(arguments: [
        ("select 1; select 2", ["select 1", "select 2"]),
        ("select ';' ; ", ["select ';'"]),
        ("select 'it''s;' ;x", ["select 'it''s;'", "x"]),
        ("do $$ begin; end $$; a", ["do $$ begin; end $$", "a"]),
        ("do $x$ $$;$$ $x$; a", ["do $x$ $$;$$ $x$", "a"]),
        ("-- a; b\nselect 1;", ["-- a; b\nselect 1"]),
        ("/* ; */ select 1;", ["/* ; */ select 1"]),
        ("select \"a;b\";", ["select \"a;b\""]),
        ("create rule r as on insert to t do (a; b); c", ["create rule r as on insert to t do (a; b)", "c"]),
        (" ;; ", []),
    ])
    func statementsEndAtSemicolonsThatAreNoneOfTheirContent(_ sql: String, _ statements: [String]) {
        #expect(Statements.split(sql) == statements)
    }
}
