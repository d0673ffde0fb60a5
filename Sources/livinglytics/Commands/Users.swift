// `livinglytics users list | add | remove`, and who may see a user's numbers: `members | link | unlink | invite | invitations` in UserMembers.swift
import App
import ArgumentParser
import Domain
import Storage

struct Users: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Whose numbers are kept.",
        subcommands: [List.self, Add.self, Remove.self, Members.self, Link.self, Unlink.self, Invite.self, Invitations.self],
        defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the users.")

        @Flag(help: "As JSON.") var json = false

        func run() async throws {
            let users = try await withDatabase(.ofThisProcess()) { try await Storage.Users($0).list() }
            if json {
                Terminal.json(.array(users.map { ["id": .string($0.id.description), "email": .string($0.email)] }))
            } else {
                for user in users { Terminal.say("\(user.id)  \(user.email.filter { !$0.isNewline && $0 != "\u{1B}" })") }
            }
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Adds a user.")

        @Argument(help: "The e-mail address.") var email: String

        func run() async throws {
            do { _ = try EmailAddress(email) } catch { throw Failure(.usage, "the e-mail address \(email.quoted) \(error)") }
            let isNew = try await withDatabase(.ofThisProcess()) { try await Storage.Users($0).add(email: email) }
            Terminal.say(isNew ? "Added \(email)." : "\(email) was there already.")
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Erases a user and all rows that are his. Asks first.")

        @Argument(help: "The e-mail address.") var email: String
        @Flag(help: "Don't ask.") var yes = false

        func run() async throws {
            try await withDatabase(.ofThisProcess()) { database in
                let users = Storage.Users(database)
                let nobody = Failure(.noUser, "there is no user \(email)")
                guard let erasable = try await users.erasable(email: email) else { throw nobody }
                Terminal.note("This erases \(email) with \(erasable.entries) entries and \(erasable.dataSources) data sources, for good.")
                if !yes { try confirm() }
                guard let erased = try await users.remove(email: email) else { throw nobody }
                Terminal.say("Erased \(email): \(erased.entries) entries, \(erased.dataSources) data sources.")
            }
        }

        private func confirm() throws {
            guard Terminal.canAsk else { throw Failure(.usage, "nobody is here to ask: say --yes if that is meant. Nothing was erased") }
            Terminal.note("Type the e-mail address to go on:")
            guard readLine() == email else { throw Failure(.usage, "that is not \(email). Nothing was erased") }
        }
    }
}
