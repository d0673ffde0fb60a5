// `livinglytics dev`: a private Postgres and pooler, migrated, with a demo, served on this machine.
package import Domain
import Identity
package import LocalStack
package import Logging
import Postgres
import Storage

package struct DevRun: Sendable {
    private let preferredPort: Int
    private let version: String
    private let logger: Logger
    /// A line for the person at the terminal.
    private let say: @Sendable (String) -> Void

    package init(preferredPort: Int, version: String, logger: Logger, say: @escaping @Sendable (String) -> Void) {
        (self.preferredPort, self.version, self.logger, self.say) = (preferredPort, version, logger, say)
    }

    /// Migrates and seeds the stack's database, then serves until it is told to stop.
    package func serve(_ stack: LocalStack, yesterday: Day) async throws {
        guard let port = LocalStack.freePort(from: preferredPort) else {
            throw Failure(.unavailable, "no port is free from \(preferredPort) on")
        }
        if port != preferredPort { say("Port \(preferredPort) is taken; serving on \(port).") }
        let settings = try Settings.local(stack, port: port)
        let restatement = try await prepare(settings, yesterday: yesterday)
        let codes = SignInCodes()
        let address = ListenAddress(host: "127.0.0.1", port: port)
        let server = try build(settings, address: address, version: version, logger: logger, codes: codes) { [say] port in
            // For a person at the terminal: the log never sees it.
            let code = codes.make(for: Demo.email)
            say(DevWelcome(port: port, key: settings[.serviceKey] ?? "", code: code, stack: stack, restatement: restatement).text)
        }
        try await server.run()
    }

    private func prepare(_ settings: Settings, yesterday: Day) async throws -> Restatement? {
        try await Pool.with(.init(url: try settings.database())) { pool in try await prepare(Database(pool), yesterday: yesterday) }
    }

    private func prepare(_ database: Database, yesterday: Day) async throws -> Restatement? {
        do {
            try await Migrator(database).migrate { [say] in say("Applied \($0.name).") }
        } catch {
            throw Failure(error)
        }
        let demo = Demo(database)
        if try await demo.seed(yesterday: yesterday) {
            say(
                "Imported the demo of \(Demo.email): sessions of agriculture.usa.gov from analytics.usa.gov (18F, CC0), moved to end yesterday."
            )
            say("Its conversions and Instagram numbers are made up, and their entries say so.")
        }
        return try await demo.restatement()
    }
}
