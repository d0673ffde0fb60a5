// The first questions to the database, and what follows from their answers.
import Logging
import ServiceLifecycle
import Storage

/// Asks `select 1` and for the schema, and never migrates. A database that says no ends the process in doctor's words; one that can't
/// be reached is asked again and again, while readiness answers 503.
struct StartupCheck: Sendable {
    let database: Database
    /// What TLS leaves open, nil for nothing.
    let trustGap: String?
    let logger: Logger
    /// Between two tries.
    var pause: Duration = .seconds(1)

    /// Looks once.
    /// - Returns: why the database does not answer yet; nil when all is well.
    /// - Throws: `Failure` when the answer was no.
    func look() async throws -> String? {
        do throws(StorageError) {
            try await database.ping(within: .seconds(5))
            if let complaint = try await Migrator(database).state().complaint { throw .schemaMissing(complaint) }
            logger.info("the database answers, and its schema is that of this version")
            if let trustGap { logger.warning("the connection to the database is encrypted, but \(trustGap)") }
            return nil
        } catch {
            switch error {
            case .refused, .rejected, .shutOut, .defect: throw Failure(.configuration, Finding.wrong("database", error.description).line)
            case .schemaMissing(let complaint): throw Failure(.configuration, Finding.wrong("schema", complaint).line)
            case .unavailable, .conflict: return error.description
            case .cancelled: throw CancellationError()
            }
        }
    }

    /// Looks again and again until the database answers or the server stops.
    /// - Parameter words: what the first look found.
    func untilAnswered(after words: String) async throws {
        do {
            try await cancelWhenGracefulShutdown {
                var last = words
                logger.warning("the database does not answer yet: \(last)")
                while true {
                    try await Task.sleep(for: pause)
                    guard let words = try await look() else { return }
                    if words != last { logger.warning("the database does not answer yet: \(words)") }
                    last = words
                }
            }
        } catch is CancellationError {
            return
        }
    }
}
