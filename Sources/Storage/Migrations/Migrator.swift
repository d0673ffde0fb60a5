// Applies migrations, each in a transaction of its own, and records them as the Supabase CLI does.
import Postgres

/// Two migrators at once are safe: each migration begins by taking one lock and looking again at what is recorded.
package struct Migrator: Sendable {
    private let database: Database
    private let ours: [Migration]

    /// "livinglytics" has no number of its own; this one is as good as any that nobody else uses.
    private static let lockKey = 7_160_923_117_441_002_733
    /// A migration may build an index on a table of years.
    private static let limit: Duration = .seconds(30 * 60)

    package init(_ database: Database, migrations: [Migration] = Migration.all) {
        (self.database, ours) = (database, migrations)
    }

    /// What `migrate` would do. Changes nothing.
    package func plan() async throws(MigrationError) -> MigrationPlan {
        try await translated { try MigrationPlan(ours: ours, recorded: try await database.transaction { try await recorded($0) }) }
    }

    /// Applies what is pending.
    /// - Parameter applied: told after each one.
    /// - Returns: how many this call applied; another may have been quicker.
    @discardableResult
    package func migrate(applied: (Migration) -> Void = { _ in }) async throws(MigrationError) -> Int {
        try await translated {
            try await database.transaction(within: Self.limit) { transaction in
                try await prepare(transaction)
                for statement in Self.historyTable { try await transaction.query(SQL(unsafe: statement)) }
            }
            var count = 0
            while let migration = try await applyNext() {
                count += 1
                applied(migration)
            }
            return count
        }
    }

    private func applyNext() async throws -> Migration? {
        try await database.transaction(within: Self.limit) { (transaction) -> Migration? in
            try await prepare(transaction)
            let plan = try MigrationPlan(ours: ours, recorded: try await recorded(transaction))
            guard let migration = plan.pending.first else { return nil }
            do throws(PostgresError) {
                try await transaction.runScript(migration.sql)
            } catch {
                throw MigrationError.failed(migration, error.debugDescription)
            }
            try await transaction.query(
                """
                insert into supabase_migrations.schema_migrations (version, name, statements)
                values (\(migration.version), \(migration.name), \(migration.statements))
                """
            )
            return migration
        }
    }

    /// The lock lasts as long as the transaction: session locks do not hold behind a transaction pooler.
    private func prepare(_ transaction: Transaction) async throws(PostgresError) {
        try await transaction.set("statement_timeout", to: "\(Self.limit.components.seconds)s")
        try await transaction.query("select pg_advisory_xact_lock(\(Self.lockKey)::bigint)")
        // Whoever waits for a table here keeps all others waiting behind him: give up early, nothing is lost.
        try await transaction.set("lock_timeout", to: "10s")
    }

    private func recorded(_ transaction: Transaction) async throws -> [RecordedMigration] {
        let columns: [String] = try await transaction.query(
            """
            select column_name from information_schema.columns
            where table_schema = 'supabase_migrations' and table_name = 'schema_migrations'
            """
        ).map { try $0.get(0) }
        guard columns.contains("version") else { return [] }
        // Early versions of the CLI kept the version alone.
        let name = columns.contains("name") ? "name" : "null"
        let statements = columns.contains("statements") ? "statements" : "null::text[]"
        return try await transaction.query(
            "select version, \(unsafe: name), \(unsafe: statements) from supabase_migrations.schema_migrations order by version"
        ).map { RecordedMigration(version: try $0.get(0), name: try $0.get(1), statements: try $0.get(2)) }
    }

    /// The table as the Supabase CLI makes it (its pkg/migration/history.go), in a schema that only its owner may use.
    private static let historyTable = [
        "create schema if not exists supabase_migrations",
        "create table if not exists supabase_migrations.schema_migrations (version text not null primary key)",
        "alter table supabase_migrations.schema_migrations add column if not exists statements text[]",
        "alter table supabase_migrations.schema_migrations add column if not exists name text",
    ]

    private func translated<R>(_ body: () async throws -> R) async throws(MigrationError) -> R {
        do {
            return try await body()
        } catch let error as MigrationError {
            throw error
        } catch let error as StorageError {
            throw .storage(error)
        } catch let error as PostgresError {
            throw .storage(StorageError(error))
        } catch {
            throw .storage(.defect("\(error)"))
        }
    }
}
