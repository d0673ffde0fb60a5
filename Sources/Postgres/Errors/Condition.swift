// What an answer means: SQLSTATEs and the words of poolers, put into a closed list in one place.

extension ServerMessage {
    /// What the sender means, for whoever has to act on it.
    package enum Condition: Sendable, Equatable, CaseIterable {
        /// The password or the user is wrong. Tried again it gets the address blocked.
        case wrongCredentials
        /// There is no such database, tenant or user, or the pooler takes no connection with these settings.
        case wrongTarget
        /// No place just now: too many connections, or none to the server in time. The statement was never begun.
        case overloaded
        /// The server or the pooler goes away, or comes back: it was restarted, or somebody ended this session.
        case goingAway
        /// Stopped: by a time limit of the server, or by somebody's request.
        case stopped
        /// Somebody else holds or changed the same rows.
        case conflict
        /// The values can't be stored, or can't be what they were said to be.
        case badValue
        /// A table, column or function is not there.
        case missingObject
        /// This role may not.
        case forbidden
        /// The server takes no writes just now, or the transaction was declared to have none.
        case readOnly
        /// Anything else: a defect of the statement, of the server, or of this list.
        case other

        /// True when the same may go better later, with nothing changed by us.
        var mayPass: Bool {
            switch self {
            case .overloaded, .goingAway, .conflict: true
            case .wrongCredentials, .wrongTarget, .stopped, .badValue, .missingObject, .forbidden, .readOnly, .other: false
            }
        }
    }

    /// PostgreSQL's SQLSTATEs tell (https://www.postgresql.org/docs/15/errcodes-appendix.html). PgBouncer says 08P01 and Supavisor XX000
    /// for nearly everything, and libpq keeps no code at all of some: there the words tell.
    package var condition: Condition {
        guard let sqlState else { return Self.condition(ofWords: message) ?? .goingAway }
        switch sqlState {
        case "28P01": return .wrongCredentials
        case "3D000": return .wrongTarget
        case "57014": return .stopped
        case "57P03": return .goingAway
        case "40001", "40P01", "55P03", "23503": return .conflict
        case "42P01", "3F000", "42703", "42883": return .missingObject
        case "42501": return .forbidden
        case "25006": return .readOnly
        case "08P01": return Self.condition(ofWords: message) ?? .goingAway
        case "XX000": return Self.condition(ofWords: message) ?? .other
        default:
            switch sqlState.prefix(2) {
            case "28": return .wrongTarget
            case "22", "23": return .badValue
            case "53": return .overloaded
            case "08", "57": return .goingAway
            default: return .other
            }
        }
    }

    private static func condition(ofWords words: String) -> Condition? {
        poolerWords.first { words.contains($0.words) }?.condition
    }

    /// PgBouncer 1.18 as tests here heard it and as its source has it; Supavisor as its source and issues have it.
    private static let poolerWords: [(words: String, condition: Condition)] = [
        // PgBouncer
        ("authentication failed", .wrongCredentials),
        ("no such user", .wrongTarget),
        ("no such database", .wrongTarget),
        ("does not exist", .wrongTarget),
        ("unsupported startup parameter", .wrongTarget),
        ("SSL required", .wrongTarget),
        ("no more connections allowed", .overloaded),
        ("query_wait_timeout", .overloaded),
        ("server_login_retry", .overloaded),
        ("server conn crashed?", .goingAway),
        // Supavisor
        ("(ENOTFOUND)", .wrongTarget),
        ("Tenant or user not found", .wrongTarget),
        ("(EMAXCONN)", .overloaded),
        ("Max client connections reached", .overloaded),
        ("(ECHECKOUTTIMEOUT)", .overloaded),
        ("unable to check out connection from the pool", .overloaded),
        // It counts the failures of the whole address, so it may be somebody else's password that is wrong.
        ("(ECIRCUITBREAKER)", .overloaded),
    ]
}
