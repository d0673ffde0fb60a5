// Codes that sign somebody in once: whoever runs everything on his own machine gets one at the terminal.
import Synchronization

/// In memory alone: a code ends with the process that made it.
package final class SignInCodes: Sendable {
    package static let lifetime: Duration = .seconds(300)

    private let codes = Mutex<[[UInt8]: (email: String, end: ContinuousClock.Instant)]>([:])
    private let now: @Sendable () -> ContinuousClock.Instant

    package init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.now = now
    }

    /// A code that signs in as the user with this e-mail address.
    package func make(for email: String) -> String {
        let code = Secret(letters: 22)
        codes.withLock { $0[code.hash] = (email, now() + Self.lifetime) }
        return code.text
    }

    /// Uses a code up.
    /// - Returns: the user's e-mail address; nil for what is no code, or none any more.
    package func use(_ code: String) -> String? {
        let hash = Digest.sha256(code)
        guard let found = codes.withLock({ $0.removeValue(forKey: hash) }), now() < found.end else { return nil }
        return found.email
    }
}
