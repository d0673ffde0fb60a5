// A database for the length of a command.
import App
import Postgres
import Storage

/// Opens the pool that the settings name and closes it at the end.
/// - Throws: `Failure` 78 when DATABASE_URL is missing or wrong, in doctor's words.
func withDatabase<R>(_ settings: Settings, _ body: (Database) async throws -> R) async throws -> R {
    var configuration = Pool.Configuration(url: try settings.database())
    // A command has one thing to do: it may wait longer for its connection than a request may.
    configuration.acquireLimit = .seconds(15)
    return try await Pool.with(configuration) { try await body(Database($0)) }
}

extension Database {
    /// The user that a command names.
    /// - Throws: `Failure` 67 when there is none.
    func user(_ email: String) async throws -> User {
        guard let found = try await Storage.Users(self).find(email: email) else {
            throw Failure(.noUser, "there is no user \(email): `livinglytics users add \(email)` makes one")
        }
        return found
    }
}
