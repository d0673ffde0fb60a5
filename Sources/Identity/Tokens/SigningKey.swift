// One key that tokens are verified with.
import Domain
import JWTKit

/// A key with the one algorithm that it is for: what a token's header says can't make it serve another.
struct SigningKey: Sendable {
    let algorithm: TokenShape.Algorithm
    private let keys: JWTKeyCollection

    /// HS256, with the project's secret.
    init(secret: String) async {
        algorithm = .hs256
        keys = await JWTKeyCollection().add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256)
    }

    /// A key of a JWKS (RFC 7517) of the two kinds that Supabase Auth signs with; nil for any other.
    init?(jwk: JSON) async {
        guard ["sig", nil].contains(jwk["use"]?.text) else { return nil }
        do {
            switch (jwk["kty"]?.text, jwk["alg"]?.text) {
            case ("EC", "ES256"), ("EC", nil):
                guard jwk["crv"]?.text == "P-256", let x = jwk["x"]?.text, let y = jwk["y"]?.text else { return nil }
                keys = await JWTKeyCollection().add(ecdsa: try ES256PublicKey(parameters: (x, y)))
                algorithm = .es256
            case ("RSA", "RS256"), ("RSA", nil):
                guard let n = jwk["n"]?.text, let e = jwk["e"]?.text else { return nil }
                keys = await JWTKeyCollection().add(rsa: try Insecure.RSA.PublicKey(modulus: n, exponent: e), digestAlgorithm: .sha256)
                algorithm = .rs256
            default: return nil
            }
        } catch {
            // No point of the curve, or too short a modulus.
            return nil
        }
    }

    /// Whether the token was signed by this key, with the algorithm that is this key's.
    func signed(_ token: Substring, as shape: TokenShape) async -> Bool {
        guard shape.algorithm == algorithm else { return false }
        do {
            _ = try await keys.verify(String(token), as: Anything.self)
            return true
        } catch {
            return false
        }
    }

    /// What a token claims is read elsewhere, and more strictly.
    private struct Anything: JWTPayload {
        init(from decoder: any Decoder) {}
        func encode(to encoder: any Encoder) {}
        func verify(using algorithm: some JWTAlgorithm) {}
    }
}
