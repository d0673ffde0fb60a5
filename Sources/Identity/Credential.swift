// What a request says about who asks, before anybody believes it.

/// The `Authorization` header as the brief's clients send it.
package enum Credential: Sendable, Equatable {
    case missing
    case bearer(Substring)

    /// Only `Bearer ` with exactly this case counts: the reference answers anything else as if nothing had been sent.
    package init(authorization header: String?) {
        guard let header, header.hasPrefix("Bearer ") else {
            self = .missing
            return
        }
        self = .bearer(header.dropFirst(7))
    }
}
