// What a request says about who asks, before anybody believes it.

/// The credential of a request, by its looks. A bearer token counts before a cookie.
package enum Credential: Sendable, Equatable {
    case missing
    /// The service key, or nothing.
    case opaque(Substring)
    /// An API key, or a text that is meant to be one.
    case apiKey(Substring)
    /// Three parts with dots between them: a JWT, if anything.
    case token(Substring)
    /// The value of the session's cookie.
    case session(Substring)

    /// The cookie of a session. `__Host-` lets nobody set it for this host but this host, over TLS, for all of its paths.
    package static let cookie = "__Host-livinglytics"

    /// - Parameters:
    ///   - authorization: only `Bearer ` with exactly this case counts: the reference answers anything else as if nothing had been sent.
    ///   - cookies: the values of all `Cookie` headers.
    package init(authorization: String?, cookies: [String] = []) {
        guard let authorization, authorization.hasPrefix("Bearer ") else {
            self = Self.session(in: cookies).map { .session($0) } ?? .missing
            return
        }
        let token = authorization.dropFirst(7)
        if token.hasPrefix(APIKey.prefix) {
            self = .apiKey(token)
        } else if token.utf8.count(where: { $0 == UInt8(ascii: ".") }) == 2 {
            self = .token(token)
        } else {
            self = .opaque(token)
        }
    }

    private static func session(in cookies: [String]) -> Substring? {
        for cookie in cookies.lazy.flatMap({ $0.split(separator: ";") }) {
            let pair = cookie.drop { $0 == " " }
            if pair.hasPrefix(Self.cookie + "=") { return pair.dropFirst(Self.cookie.count + 1) }
        }
        return nil
    }
}
