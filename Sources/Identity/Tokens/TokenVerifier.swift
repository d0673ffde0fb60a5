// From a bearer token to whom it was made for.
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Verifies the JWTs of one project. What was verified is remembered by its hash, until it ends or its key may have been withdrawn.
package final class TokenVerifier: Sendable {
    private let issuer: String
    private let keys: SigningKeys
    private let secret: String?
    private let known = Remembered<[UInt8], Claims>(capacity: 10_000)

    /// - Parameter secret: SUPABASE_JWT_SECRET, of projects that sign with it; nil refuses HS256 altogether.
    package init(_ auth: SupabaseAuth, secret: String?) {
        issuer = auth.issuer
        keys = SigningKeys { () async throws(SupabaseError) in try await auth.signingKeys() }
        self.secret = secret
    }

    /// - Throws: `.invalid`; `.unknown` while the project's keys can't be had.
    package func verify(_ token: Substring) async throws(AccessDenied) -> Claims {
        let hash = Digest.sha256(token)
        let now = Date.now.timeIntervalSince1970
        if let claims = known[hash] {
            if now < Double(claims.endsAt) { return claims }
            throw .invalid
        }
        guard let shape = TokenShape(token), let claims = Claims(shape.claims, issuer: issuer, now: now) else { throw .invalid }
        let (key, end) = try await key(for: shape)
        guard await key.signed(token, as: shape) else { throw .invalid }
        known.remember(claims, for: hash, until: end)
        return claims
    }

    private func key(for shape: TokenShape) async throws(AccessDenied) -> (SigningKey, until: ContinuousClock.Instant) {
        if shape.algorithm == .hs256 {
            guard let secret else { throw .invalid }
            return (await SigningKey(secret: secret), .now + SigningKeys.lifetime)
        }
        switch await keys.key(shape.keyID ?? "") {
        case .key(let key, let end): return (key, end)
        case .none: throw .invalid
        case .unreachable(let why): throw .unknown(why)
        }
    }
}
