// The entry point: parses and calls.
import App
import ArgumentParser
import Logging

@main
struct LivingLytics: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "livinglytics",
        abstract: "A business's daily marketing numbers, kept in its own Postgres.",
        version: Version.current,
        subcommands: [
            Doctor.self, Migrate.self, Serve.self, Dev.self, Import.self, Imports.self, Query.self, Correct.self, Export.self, Users.self,
            Keys.self, Config.self,
        ]
    )

    static func main() async {
        LoggingSystem.bootstrap { StandardErrorLog(label: $0) }
        await Terminal.exit(of: self)
    }
}

enum Version {
    static let current = "0.1.0"
}
