// Who may do what. The one table of it.

/// Kinds of callers: the columns of the table. A key that may read and write is in two of them; a session is in those of what it was made from.
package enum Kind: Sendable, CaseIterable {
    case nobody, serviceKey, owner, viewer, readingKey, writingKey
}

/// What a route asks of its caller.
package enum Access: Sendable, Equatable, CaseIterable {
    /// Nothing: no credential is even looked at.
    case open
    /// The operator: what concerns all users, or none.
    case operate
    /// To read a user's numbers.
    case read
    /// To post to them.
    case write
    /// To make and revoke a user's API keys. A key makes no keys.
    case keys
    /// A person who is signed in, whatever he may do.
    case person
    /// Anybody who belongs to a user: to hear who he is.
    case belong
    /// The cookie itself: to end it.
    case session

    package var kinds: Set<Kind> {
        switch self {
        case .open: Set(Kind.allCases)
        case .operate: [.serviceKey]
        case .read: [.serviceKey, .owner, .viewer, .readingKey]
        case .write: [.serviceKey, .owner, .writingKey]
        case .keys: [.serviceKey, .owner]
        case .person: [.owner, .viewer]
        case .belong, .session: [.owner, .viewer, .readingKey, .writingKey]
        }
    }
}

package enum Authorisation {
    /// Every route that is served. One that is missing here is not served at all: the server does not start.
    package static let table: [String: Access] = [
        "GET /v1/health/liveness": .open,
        "GET /v1/health/readiness": .open,
        "GET /openapi.json": .open,
        "GET /docs": .open,
        "GET /": .open,

        "POST /v1/dev/seed-user": .operate,
        "PUT /v1/metadata/{name}": .operate,

        "GET /v1/dashboard/tiles": .read,
        "POST /v1/query": .read,
        "GET /v1/metadata": .read,
        "GET /v1/entries": .read,
        "GET /v1/revisions": .read,
        "GET /v1/export": .read,
        "GET /v1/imports": .read,
        "GET /v1/imports/{id}": .read,

        "POST /v1/entries": .write,
        "POST /v1/imports": .write,
        "POST /v1/imports/{id}/undo": .write,

        "GET /v1/keys": .keys,
        "POST /v1/keys": .keys,
        "DELETE /v1/keys/{id}": .keys,

        "POST /v1/session": .open,
        "GET /v1/session": .belong,
        "DELETE /v1/session": .session,
        "POST /v1/members": .person,
    ]
}

/// Why somebody may not.
package enum AccessDenied: Error, Sendable, Equatable {
    /// No credential was sent.
    case missing
    /// What was sent is not the service key, and does not look like anything else: the brief has a message of its own for that.
    case notTheServiceKey
    /// What was sent is no valid credential, or none any more.
    case invalid
    /// A valid credential, and not for this.
    case forbidden
    /// A valid credential, and not for this user, or there is no such user: the same words for both.
    case otherUser
    /// A browser's cookie, with a request that another site's page may have sent.
    case foreignOrigin
    /// Whether it is valid can't be found out just now, for this reason.
    case unknown(String)
}
