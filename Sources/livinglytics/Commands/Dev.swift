// `livinglytics dev`
import App
import ArgumentParser
import Domain
import LocalStack
import Logging

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct Dev: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs everything on this machine: a private PostgreSQL and PgBouncer, a demo, the server.",
        discussion: """
            DATABASE_URL and .env are ignored. With a command (`livinglytics dev -- COMMAND …`) only PostgreSQL and PgBouncer are \
            started, and the command runs with DATABASE_URL set to them.
            """
    )

    @Option(help: "Where the data is kept.") var directory: String?
    @Option(help: "The port to serve on, or the next free one.") var port = 8080
    @Argument(parsing: .postTerminator, help: "A command to run against the stack in place of serving.") var command: [String] = []

    func run() async throws {
        let directory = directory ?? LocalStack.defaultDirectory(forCheckout: FileManager.default.currentDirectoryPath)
        var logger = Logger(label: "livinglytics")
        logger.logLevel = .warning
        let run = DevRun(preferredPort: port, version: Version.current, logger: logger, say: Terminal.say)
        Terminal.say("DATABASE_URL and .env are ignored: everything runs on this machine, at loopback addresses.")
        let status: Int32 = try await LocalStack.withRunning(.init(directory: directory), observe: { Terminal.note($0.description) }) {
            stack in
            guard command.isEmpty else { return try await StackCommand(command).run(stack) }
            try await run.serve(stack, yesterday: Self.yesterday)
            return 0
        }
        Terminal.note("Stopped.")
        if status != 0 { throw ExitCode(status) }
    }

    /// In UTC: this is a demo.
    private static var yesterday: Day {
        get throws {
            let days = Int((Date().timeIntervalSince1970 / 86_400).rounded(.down)) - 1
            guard let day = Day(daysSince1970: days) else { throw Failure(.software, "the clock of this machine is beyond the year 9999") }
            return day
        }
    }
}
