// What a JWT says of itself, read as strictly as can be before any key is looked at.
import Domain

/// A compact JWS (RFC 7515, 7.1) that nobody has verified.
struct TokenShape: Sendable {
    enum Algorithm: String {
        case es256 = "ES256"
        case rs256 = "RS256"
        case hs256 = "HS256"
    }

    /// More than Supabase Auth ever writes, and little enough to be looked at.
    static let longest = 8192

    let algorithm: Algorithm
    let keyID: String?
    let claims: JSON

    /// Nil for what can't be a token of Supabase Auth. What the header says of keys that lie elsewhere (`jku`, `x5u`, `jwk`, `x5c`) is never read.
    init?(_ text: Substring) {
        guard text.utf8.count <= Self.longest else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Self.object(parts[0]), let claims = Self.object(parts[1]),
            Base64URL.decode(parts[2])?.isEmpty == false
        else { return nil }
        // What is critical and unknown must be refused (4.1.11), and all of it is unknown here: `b64` among it (RFC 7797).
        guard header["crit"] == nil, header["b64"] == nil, let algorithm = header["alg"]?.text.flatMap(Algorithm.init(rawValue:)) else {
            return nil
        }
        switch (algorithm, header["kid"]) {
        case (_, .string(let keyID)?): self.keyID = keyID
        case (.hs256, nil): keyID = nil
        default: return nil
        }
        (self.algorithm, self.claims) = (algorithm, claims)
    }

    private static func object(_ part: Substring) -> JSON? {
        // Anything but an object would be something that Foundation reads and others do not.
        guard let bytes = Base64URL.decode(part), bytes.first == UInt8(ascii: "{"), !JSON.repeatsAMember(bytes) else { return nil }
        do throws(JSONError) {
            let json = try JSON(reading: bytes)
            if case .object = json { return json }
        } catch {
            // No JSON: no token.
        }
        return nil
    }
}
