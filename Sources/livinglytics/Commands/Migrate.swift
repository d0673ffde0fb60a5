// `livinglytics migrate`
import App
import ArgumentParser
import Postgres
import Storage

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Makes the schema, or brings it to this version.")

    @Flag(help: "Only list what would change.") var dryRun = false

    func run() async throws {
        try await withDatabase(.ofThisProcess()) { database in
            let migrator = Migrator(database)
            guard dryRun else {
                try await migrator.migrate { Terminal.say("Applied \($0.fileName): \($0.summary)") }
                Terminal.say("Schema ensured ✅")
                return
            }
            let pending = try await migrator.plan().pending
            if pending.isEmpty { Terminal.say("Nothing to do: the schema is that of this version.") }
            for migration in pending { Terminal.say("Would apply \(migration.fileName): \(migration.summary)") }
            if !pending.isEmpty { for closing in try await database.closings() { Terminal.say("  \(closing.description)") } }
        }
    }
}
