// What has been applied, what would be, and what stands in the way. Decided without a database.

/// A row of `supabase_migrations.schema_migrations`, ours or somebody else's.
package struct RecordedMigration: Sendable, Equatable {
    package var version: String
    package var name: String?
    /// Nil where a tool recorded the version alone (`supabase migration repair`).
    package var statements: [String]?

    package init(version: String, name: String?, statements: [String]?) {
        (self.version, self.name, self.statements) = (version, name, statements)
    }
}

package struct MigrationPlan: Sendable, Equatable {
    package let applied: [Migration]
    package let pending: [Migration]

    /// - Throws: `MigrationError` when a migration of ours was edited, is missing, or would come before one that was applied.
    package init(ours: [Migration], recorded: [RecordedMigration]) throws(MigrationError) {
        let byVersion = Dictionary(recorded.map { ($0.version, $0) }, uniquingKeysWith: { first, _ in first })
        for record in recorded {
            guard let name = record.name, Migration.isOurs(name), !ours.contains(where: { $0.version == record.version }) else { continue }
            throw .missing(version: record.version, name: name)
        }
        var applied: [Migration] = []
        var pending: [Migration] = []
        for migration in ours {
            guard let record = byVersion[migration.version] else {
                pending.append(migration)
                continue
            }
            if let name = record.name, name != migration.name { throw .versionTaken(migration, by: name) }
            if let statements = record.statements, Statements.normalised(statements) != Statements.normalised(migration.statements) {
                throw .edited(migration)
            }
            if let skipped = pending.first { throw .outOfOrder(skipped, before: migration) }
            applied.append(migration)
        }
        (self.applied, self.pending) = (applied, pending)
    }
}

/// Why migrations are refused. Nothing was changed by the one that is named.
package enum MigrationError: Error, Sendable, Equatable {
    case edited(Migration)
    case missing(version: String, name: String)
    case versionTaken(Migration, by: String)
    case outOfOrder(Migration, before: Migration)
    case failed(Migration, String)
    case storage(StorageError)
}

extension MigrationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .edited(let migration):
            "\(migration.fileName) is not what was applied to this database: it was edited afterwards. "
                + "Restore the file, and put the change into a new migration"
        case .missing(let version, let name):
            "\(version)_\(name).sql was applied to this database and this livinglytics does not have it: "
                + "a newer livinglytics made the schema. Use that one"
        case .versionTaken(let migration, let name):
            "the version of \(migration.fileName) is taken in this database by a migration named \"\(name)\""
        case .outOfOrder(let migration, let later):
            "\(migration.fileName) was not applied to this database and \(later.fileName), which comes after it, was: "
                + "its row in supabase_migrations.schema_migrations was removed"
        case .failed(let migration, let why): "\(migration.fileName) failed and changed nothing: \(why)"
        case .storage(let error): error.description
        }
    }
}

extension Migration {
    package var fileName: String { "\(version)_\(name).sql" }
}
