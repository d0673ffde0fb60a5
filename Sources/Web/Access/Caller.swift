// Who asks, as the routes know it.
import Domain
import Hummingbird
import Identity
import NIOCore
import Storage

/// The caller of one request. The table of authorisation has let him in.
struct Caller: Sendable {
    enum Who: Sendable {
        case nobody
        /// Whoever has the service key.
        case serviceKey
        case holder(Shown, Belongings)
    }

    let who: Who
    let access: Access
    let gate: Gatekeeper
    let channel: any Channel

    /// Whether he has to say whose numbers he means: the service key belongs to nobody.
    var mustName: Bool {
        if case .holder = who { false } else { true }
    }

    /// The person, where one asks.
    var subject: SubjectID? {
        if case .holder(_, let belongings) = who { belongings.subject } else { nil }
    }

    /// The user whose numbers are asked for, and the database as this caller may see it.
    /// - Parameters:
    ///   - email: of the user; nil where there is only one that it can be.
    ///   - field: where he would be named.
    /// - Throws: `.userNotFound` to the service key, `AccessDenied.otherUser` to others.
    func client(_ email: String?, field: String = "user") async throws -> Client {
        switch who {
        case .nobody: throw AccessDenied.missing
        case .serviceKey:
            guard let email, let user = try await Users(gate.database).find(email: email) else { throw Problem.userNotFound }
            return Client(user: user, database: gate.database)
        case .holder(let shown, let belongings):
            let fitting = try await opened(by: shown, belongings) { email == nil || $0.user.email == email }
            guard let first = fitting.first else { throw email == nil ? AccessDenied.forbidden : .otherUser }
            guard fitting.count == 1 else {
                throw Problem.field(
                    field,
                    .missingField,
                    "\(field) is missing: this credential opens \(fitting.count) users, and one is meant."
                )
            }
            return first
        }
    }

    /// The database as this caller may see it, for what is the same for all users. It looks at his credential as ever.
    func database() async throws -> Database {
        guard case .holder(let shown, let belongings) = who else { return gate.database }
        guard let any = try await opened(by: shown, belongings).first else { throw AccessDenied.forbidden }
        return any.database
    }

    /// The users that a credential opens for what the route asks. None is never said from memory.
    private func opened(
        by shown: Shown,
        _ belongings: Belongings,
        where isMeant: (Holding) -> Bool = { _ in true }
    ) async throws -> [Client] {
        guard let right = access.right else { throw AccessDenied.forbidden }
        let fits = { (holding: Holding) in holding.rights.contains(right) && isMeant(holding) }
        var fitting = belongings.holdings.filter(fits)
        if fitting.isEmpty { fitting = try await gate.lookedUp(shown).holdings.filter(fits) }
        return fitting.map { Client(user: $0.user, database: gate.database.entered(by: Entry(shown.proof, to: $0.user.id, for: right))) }
    }

    /// The same with what the database says of his credential now.
    /// - Throws: `AccessDenied.invalid` when that is nothing.
    func lookedUp() async throws -> Caller {
        guard case .holder(let shown, _) = who else { throw AccessDenied.invalid }
        return Caller(who: .holder(shown, try await gate.lookedUp(shown)), access: access, gate: gate, channel: channel)
    }
}

/// A user, and the database as somebody may see it who asks for his numbers.
struct Client: Sendable {
    let user: User
    let database: Database
}

/// A credential that is one: it was signed by the right key, or has the right form.
enum Shown: Sendable {
    case person(Claims)
    case key(APIKey)
    /// The cookie.
    case session(String)

    var proof: Proof {
        switch self {
        case .person(let claims): .subject(claims.subject)
        case .key(let key): .key(key.hash)
        case .session(let cookie): .session(Digest.sha256(cookie))
        }
    }
}
