// The second wall: how a credential gets in, and what the rest of its transaction may see.
package import Domain
import Postgres

/// What somebody may do with a user's numbers.
package enum Right: String, Sendable, Hashable, CaseIterable {
    case read, write
    /// Make and revoke the user's API keys.
    case keys
}

/// What somebody showed, as the database knows it.
package enum Proof: Sendable, Hashable {
    /// A person of Supabase Auth, whose token was checked.
    case subject(SubjectID)
    /// The SHA-256 of an API key.
    case key([UInt8])
    /// The SHA-256 of a session's cookie.
    case session([UInt8])
}

/// One credential on its way to one user's rows. `livinglytics.enter` looks at it in the same round trip, whoever looked before.
package struct Entry: Sendable, Hashable {
    let proof: Proof
    let user: UserID
    let right: Right

    /// The SQLSTATE of `livinglytics.enter` when it refuses.
    static let refusal = "LL001"

    package init(_ proof: Proof, to user: UserID, for right: Right) {
        (self.proof, self.user, self.right) = (proof, user, right)
    }

    /// What may only read is in a transaction that takes no write.
    func settings(isReadOnly: Bool = false) -> TransactionSettings {
        TransactionSettings(entry: sql, isReadOnly: isReadOnly || right == .read)
    }

    /// Inside a transaction that has begun.
    func begin(_ transaction: Transaction) async throws(PostgresError) {
        try await transaction.query(sql)
        if right == .read { try await transaction.query("set transaction read only") }
    }

    private var sql: SQL { "select livinglytics.enter(\(proof.kind), \(proof.text), \(user)::uuid, \(right.rawValue))" }
}

extension Proof {
    fileprivate var kind: String {
        switch self {
        case .subject: "subject"
        case .key: "key"
        case .session: "session"
        }
    }

    /// A UUID, or a hash in hexadecimal.
    fileprivate var text: String {
        switch self {
        case .subject(let subject): subject.description
        case .key(let hash), .session(let hash): hash.hexadecimal
        }
    }
}
