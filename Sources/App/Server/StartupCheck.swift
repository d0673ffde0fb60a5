// The first question to the database, and what follows from its answer.
import Logging
import ServiceLifecycle
import Storage

/// Asks `select 1` and for the schema, and never migrates. A database that says no ends the process in doctor's words; one that can't
/// be reached is asked again and again, while readiness answers 503.
struct StartupCheck: Service {
    let database: Database
    let logger: Logger
    /// Between two tries.
    var pause: Duration = .seconds(1)

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await untilAnswered() }
        } catch is CancellationError {
            return
        }
        // A service that ends by itself while others are shutting down counts as failed: stay to the end.
        await untilShutdown()
    }

    private func untilAnswered() async throws {
        var lastWords = ""
        while true {
            do throws(StorageError) {
                try await database.ping(within: .seconds(5))
                if let complaint = try await Migrator(database).state().complaint { throw .schemaMissing(complaint) }
                logger.info("the database answers, and its schema is that of this version")
                return
            } catch {
                switch error {
                case .refused, .rejected, .defect: throw Failure(.configuration, Finding.wrong("database", error.description).line)
                case .schemaMissing(let complaint): throw Failure(.configuration, Finding.wrong("schema", complaint).line)
                case .unavailable, .conflict:
                    if error.description != lastWords { logger.warning("the database does not answer yet: \(error)") }
                    lastWords = error.description
                case .cancelled: throw CancellationError()
                }
            }
            try await Task.sleep(for: pause)
        }
    }
}
