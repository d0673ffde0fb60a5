// `livinglytics users members | link | unlink | invite`: who may see a user's numbers. The operator alone says so.
import App
import ArgumentParser
import Domain
import Identity
import Storage

extension MemberRole: ExpressibleByArgument {}

extension SubjectID: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

private let subjectHelp: ArgumentHelp = "The person's id in Supabase Auth (a UUID): Supabase dashboard, Authentication, Users."

extension Users {
    struct Members: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists who may see a user's numbers.")

        @Argument(help: "The user's e-mail address.") var email: String
        @Flag(help: "As JSON.") var json = false

        func run() async throws {
            let members = try await withDatabase(.ofThisProcess()) { database in
                try await Storage.Members(database).list(of: try await database.user(email).id)
            }
            if json {
                let items = members.map {
                    JSON.object([.init("subject", .string("\($0.subject)")), .init("role", .string($0.role.rawValue))])
                }
                return Terminal.json(.array(items))
            }
            if members.isEmpty { return Terminal.say("Nobody yet: `livinglytics users invite \(email)` makes an invitation.") }
            for member in members { Terminal.say("\(member.subject)  \(member.role.rawValue)") }
        }
    }

    struct Link: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lets a person of Supabase Auth see a user's numbers, or changes his role."
        )

        @Argument(help: "The user's e-mail address.") var email: String
        @Argument(help: subjectHelp) var subject: SubjectID
        @Option(help: "owner: reads, posts, makes API keys. viewer: reads.") var role = MemberRole.owner

        fileprivate static func keys(_ revoked: Int) -> String {
            revoked == 0 ? "" : " Revoked \(revoked) API keys that this person had made."
        }

        func run() async throws {
            let revoked = try await withDatabase(.ofThisProcess()) { database in
                try await Storage.Members(database).link(subject, to: try await database.user(email).id, as: role)
            }
            Terminal.say("\(subject) is \(role.rawValue) of \(email).\(Self.keys(revoked))")
        }
    }

    struct Invitations: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the invitations to a user that are still open, or withdraws them.")

        @Argument(help: "The user's e-mail address.") var email: String
        @Flag(help: "Withdraw all of them.") var withdraw = false

        func run() async throws {
            try await withDatabase(.ofThisProcess()) { database in
                let (invitations, user) = (Storage.Invitations(database), try await database.user(email))
                if withdraw { return Terminal.say("Withdrew \(try await invitations.withdraw(of: user.id)).") }
                let open = try await invitations.open(of: user.id)
                if open.isEmpty { return Terminal.say("None is open.") }
                for one in open { Terminal.say("\(one.role.rawValue)  made \(one.createdAt)  until \(one.expiresAt)") }
            }
        }
    }

    struct Unlink: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Takes that back, at once.")

        @Argument(help: "The user's e-mail address.") var email: String
        @Argument(help: subjectHelp) var subject: SubjectID

        func run() async throws {
            let revoked = try await withDatabase(.ofThisProcess()) { database in
                try await Storage.Members(database).unlink(subject, from: try await database.user(email).id)
            }
            Terminal.say(revoked.map { "\(subject) sees \(email) no more.\(Link.keys($0))" } ?? "\(subject) was no member of \(email).")
        }
    }

    struct Invite: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes an invitation: a code for one person, who is signed in and sends it to POST /v1/members."
        )

        @Argument(help: "The user's e-mail address.") var email: String
        @Option(help: "owner: reads, posts, makes API keys. viewer: reads.") var role = MemberRole.owner
        @Option(help: "How many days it can be used.") var days = 7

        func run() async throws {
            guard (1...366).contains(days) else { throw Failure(.usage, "--days: give a number from 1 to 366") }
            let code = Secret(letters: 22)
            try await withDatabase(.ofThisProcess()) { database in
                try await Storage.Invitations(database).add(code.hash, to: try await database.user(email).id, as: role, days: days)
            }
            Terminal.note("For one person, once, within \(days) days: whoever has this code becomes \(role.rawValue) of \(email).")
            Terminal.say(code.text)
        }
    }
}
