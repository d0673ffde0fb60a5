// What a credential stands for: whose it is, and what he may do with whose numbers.
import Domain
import Identity
import Storage

/// A user, and what may be done with his numbers.
struct Holding: Sendable, Hashable {
    let user: User
    let rights: Set<Right>
    let kinds: Set<Kind>
}

extension Holding {
    init(_ membership: Membership) {
        let kind: Kind =
            switch membership.role {
            case .owner: .owner
            case .viewer: .viewer
            }
        self.init(user: membership.user, rights: membership.role.rights, kinds: [kind])
    }

    init(_ holder: KeyHolder) {
        let kinds: [(Right, Kind)] = [(.read, .readingKey), (.write, .writingKey)]
        self.init(user: holder.user, rights: holder.rights, kinds: Set(kinds.filter { holder.rights.contains($0.0) }.map(\.1)))
    }
}

/// All that a credential stands for. Remembered for a while: the database looks again with every statement, and before a no is said.
struct Belongings: Sendable {
    /// A person of Supabase Auth; nil for a key.
    var subject: SubjectID?
    var email: String?
    /// Seconds since 1970.
    var expiresAt: Int?
    var holdings: [Holding]
    /// Of a session of such a person.
    var kept: Session.Kept?
    /// The key behind it, whose uses are noted.
    var key: [UInt8]?

    var kinds: Set<Kind> { holdings.reduce(into: []) { $0.formUnion($1.kinds) } }
}

extension Access {
    /// What the database is asked for.
    var right: Right? {
        switch self {
        case .read: .read
        case .write: .write
        case .keys: .keys
        case .open, .operate, .person, .belong, .session: nil
        }
    }
}
