// What keeps a browser signed in at Supabase Auth, sealed with its own cookie.
import Crypto
import Domain

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The tokens of a sign-in. They are stored sealed with a key that comes from the cookie: the database, a dump or a backup of it can't open them.
package struct KeptGrant: Sendable {
    private let refreshToken: String
    private let accessToken: String
    private let endsAt: Int

    package init(_ grant: Grant) {
        (refreshToken, accessToken, endsAt) = (grant.refreshToken, grant.accessToken, grant.endsAt)
    }

    /// Nil when this is not what was sealed with this cookie.
    package init?(_ sealed: [UInt8], cookie: some StringProtocol) {
        do {
            let opened = try AES.GCM.open(try AES.GCM.SealedBox(combined: sealed), using: Self.key(cookie))
            let json = try JSON(reading: Array(opened))
            guard let refresh = json["refresh_token"]?.text, let access = json["access_token"]?.text,
                case .number(let end)? = json["ends_at"],
                let end = Int(end.text)
            else { return nil }
            (refreshToken, accessToken, endsAt) = (refresh, access, end)
        } catch {
            return nil
        }
    }

    package func sealed(with cookie: some StringProtocol) -> [UInt8] {
        let json: JSON = ["refresh_token": .string(refreshToken), "access_token": .string(accessToken), "ends_at": .integer(endsAt)]
        do {
            let box = try AES.GCM.seal(json.encoded(), using: Self.key(cookie))
            guard let combined = box.combined else { preconditionFailure("a nonce of another size than AES-GCM's own") }
            return Array(combined)
        } catch {
            preconditionFailure("AES-GCM can't seal: \(error)")
        }
    }

    /// Asks for the same anew.
    /// - Throws: `.signedOut`, `.unavailable`.
    package func renewed(by auth: SupabaseAuth) async throws(SupabaseError) -> Grant {
        try await auth.refresh(refreshToken)
    }

    /// Ends it at Supabase Auth, which takes only a token that is still valid.
    package func end(at auth: SupabaseAuth) async throws(SupabaseError) {
        guard Int(Date.now.timeIntervalSince1970) >= endsAt - 30 else { return try await auth.signOut(accessToken) }
        do throws(SupabaseError) {
            try await auth.signOut(try await auth.refresh(refreshToken).accessToken)
        } catch .signedOut {
            return
        }
    }

    private static func key(_ cookie: some StringProtocol) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Array(cookie.utf8)),
            info: Array("livinglytics session".utf8),
            outputByteCount: 32
        )
    }
}

extension KeptGrant: CustomStringConvertible, CustomReflectable {
    package var description: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
