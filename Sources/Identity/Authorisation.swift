// Who may do what. The one table of it.

/// What a route asks of its caller.
package enum Access: Sendable, Equatable {
    case open
    case serviceKey
}

/// Why somebody may not.
package enum AccessDenied: Error, Sendable, Equatable {
    /// No credential was sent.
    case missing
    /// A credential was sent, and it is not one.
    case invalid
}

/// Decides for one credential and one route.
package struct Authorisation: Sendable {
    private let serviceKey: ServiceKey

    package init(serviceKey: ServiceKey) {
        self.serviceKey = serviceKey
    }

    package func check(_ access: Access, _ credential: Credential) throws(AccessDenied) {
        switch (access, credential) {
        case (.open, _): return
        case (.serviceKey, .missing): throw .missing
        case (.serviceKey, .bearer(let token)): if !serviceKey.matches(token) { throw .invalid }
        }
    }
}
