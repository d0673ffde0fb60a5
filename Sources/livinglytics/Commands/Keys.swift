// `livinglytics keys list | create | revoke`
import App
import ArgumentParser
import Domain
import Identity
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct Keys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "API keys of programs, each for one user.",
        subcommands: [List.self, Create.self, Revoke.self],
        defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists a user's keys, the newest first. The keys themselves are not kept."
        )

        @Option(help: "Whose: the user's e-mail address.") var user: String
        @Flag(help: "As JSON.") var json = false

        func run() async throws {
            let keys = try await withDatabase(.ofThisProcess()) { database in
                try await APIKeys(database).list(of: try await database.user(user).id)
            }
            if json { return Terminal.json(["keys": .array(keys.map { $0.json() })]) }
            if keys.isEmpty {
                return Terminal.say("There are no keys yet: `livinglytics keys create --user \(user) --name NAME` makes one.")
            }
            let rows = keys.map { key in
                let may = [key.canRead ? "read" : nil, key.canWrite ? "write" : nil].compactMap(\.self).joined(separator: ", ")
                let state = key.revokedAt.map { "revoked \($0)" } ?? key.expiresAt.map { "until \($0)" } ?? "valid"
                return [key.id.description, key.name, "…\(key.hint)", may, key.createdAt, key.lastUsedAt ?? "never", state]
            }
            let header = ["id", "name", "key", "may", "created", "last used", "state"]
            Terminal.say(TextTable(header: header, rows: rows, numbers: []).lines.joined(separator: "\n"))
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes a key and prints it, this once.")

        @Option(help: "Whose: the user's e-mail address.") var user: String
        @Option(help: "What it is for, in your words.") var name: String
        @Flag(help: "It may read. So it may where neither is said.") var read = false
        @Flag(help: "It may post.") var write = false
        @Option(help: "The last day on which it is valid, YYYY-MM-DD in UTC.") var expires: String?
        @Flag(help: "As JSON.") var json = false

        func run() async throws {
            let wanted = NewAPIKey(name: name, canRead: read || !write, canWrite: write, expiresAt: try end)
            guard let wanted else {
                throw Failure(.usage, "--name: give 1 to \(NewAPIKey.longestName) characters, and none that controls")
            }
            let key = APIKey()
            let row = try await withDatabase(.ofThisProcess()) { database in
                try await APIKeys(database).add(wanted, key.hash, hint: key.hint, for: try await database.user(user).id)
            }
            if json { return Terminal.json(row.json(key: key.text)) }
            Terminal.note("Keep it now: it is not shown again.")
            Terminal.say(key.text)
        }

        /// The end of the day.
        private var end: Moment? {
            get throws {
                guard let expires else { return nil }
                guard let day = Day(iso: expires), let moment = Moment("\(day)T23:59:59.999999Z") else {
                    throw Failure(.usage, "--expires: \(expires.quoted) is no day: give YYYY-MM-DD")
                }
                guard moment.microseconds > Int(Date.now.timeIntervalSince1970 * 1_000_000) else {
                    throw Failure(.usage, "--expires: \(day) is over: such a key would open nothing")
                }
                return moment
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Revokes a key, at once.")

        @Argument(help: "The key's id, as `livinglytics keys` lists it.") var id: String
        @Option(help: "Whose: the user's e-mail address.") var user: String

        func run() async throws {
            guard let id = KeyID(id) else {
                throw Failure(.usage, "\(id.quoted) is no key's id: `livinglytics keys --user \(user)` lists them")
            }
            let row = try await withDatabase(.ofThisProcess()) { database in
                try await APIKeys(database).revoke(id, of: try await database.user(user).id)
            }
            guard let row else { throw Failure(.usage, "\(user) has no key \(id): `livinglytics keys --user \(user)` lists them") }
            Terminal.say("Revoked \(row.name) (…\(row.hint)).")
        }
    }
}
