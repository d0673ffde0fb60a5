// Finds out who asks.
import Domain
import HTTPTypes
import Hummingbird
package import Identity
package import Logging
import NIOCore
package import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

package final class Gatekeeper: Sendable {
    let database: Database
    let auth: SupabaseAuth
    let origins: OriginRules
    let renewals: Renewals
    package let uses = KeyUses()
    let logger: Logger
    private let serviceKey: ServiceKey
    private let tokens: TokenVerifier
    private let known = Remembered<Proof, Belongings>(capacity: 10_000)

    /// How long what a credential stands for is remembered.
    private static let memory: Duration = .seconds(300)

    /// - Parameter tokenSecret: SUPABASE_JWT_SECRET.
    package init(
        _ database: Database,
        serviceKey: ServiceKey,
        auth: SupabaseAuth,
        tokenSecret: String?,
        origins: OriginRules,
        logger: Logger
    ) {
        (self.database, self.serviceKey, self.auth, self.origins, self.logger) = (database, serviceKey, auth, origins, logger)
        tokens = TokenVerifier(auth, secret: tokenSecret)
        renewals = Renewals(Sessions(database), auth)
    }

    /// - Throws: `AccessDenied`, `StorageError`.
    func caller(_ request: Request, _ access: Access, _ channel: any Channel) async throws -> Caller {
        if access == .open { return Caller(who: .nobody, access: access, gate: self, channel: channel) }
        let who = try await who(request, channel)
        guard try await allows(access, who) else { throw AccessDenied.forbidden }
        return Caller(who: who, access: access, gate: self, channel: channel)
    }

    private func who(_ request: Request, _ channel: any Channel) async throws -> Caller.Who {
        let credential = Credential(authorization: request.headers[.authorization], cookies: request.headers[values: .cookie])
        switch credential {
        case .missing: throw AccessDenied.missing
        case .opaque(let text), .apiKey(let text), .token(let text): if serviceKey.matches(text) { return .serviceKey }
        case .session: break
        }
        let shown: Shown
        switch credential {
        case .missing, .opaque: throw AccessDenied.notTheServiceKey
        case .apiKey(let text):
            guard let key = APIKey(text) else { throw AccessDenied.invalid }
            shown = .key(key)
        case .token(let text): shown = .person(try await tokens.verify(text))
        case .session(let cookie):
            guard request.method.isSafe || origins.mayAct(request, channel) else { throw AccessDenied.foreignOrigin }
            shown = .session(String(cookie))
        }
        return .holder(shown, try await belongings(shown))
    }

    private func allows(_ access: Access, _ who: Caller.Who) async throws -> Bool {
        switch who {
        case .nobody: return access.kinds.contains(.nobody)
        case .serviceKey: return access.kinds.contains(.serviceKey)
        case .holder(let shown, let belongings):
            if access == .session { if case .session = shown { return true } else { return false } }
            // A person is one whatever he belongs to: he may have been invited just now.
            if access == .person || access == .belong, belongings.subject != nil { return true }
            if access == .person { return false }
            if !access.kinds.isDisjoint(with: belongings.kinds) { return true }
            return try await !access.kinds.isDisjoint(with: lookedUp(shown).kinds)
        }
    }

    private func belongings(_ shown: Shown) async throws -> Belongings {
        var belongings: Belongings
        if let known = known[shown.proof] { belongings = known } else { belongings = try await lookedUp(shown) }
        if let end = belongings.expiresAt, Date.now.timeIntervalSince1970 >= Double(end) { throw AccessDenied.invalid }
        if case .person(let claims) = shown { (belongings.email, belongings.expiresAt) = (claims.email, claims.endsAt) }
        if let key = belongings.key { uses.note(key) }
        guard case .session(let cookie) = shown, let kept = belongings.kept else { return belongings }
        if let renewed = try await renewals.renewed(kept, of: cookie) {
            belongings.kept = renewed
            remember(belongings, shown)
        }
        return belongings
    }

    /// What the database says of it now.
    /// - Throws: `AccessDenied.invalid` when that is nothing.
    func lookedUp(_ shown: Shown) async throws -> Belongings {
        known.forget(shown.proof)
        guard let found = try await find(shown) else { throw AccessDenied.invalid }
        remember(found, shown)
        return found
    }

    private func remember(_ belongings: Belongings, _ shown: Shown) {
        known.remember(belongings, for: shown.proof, until: .now + Self.memory)
    }

    func forget(_ proof: Proof) {
        known.forget(proof)
    }

    private func find(_ shown: Shown) async throws -> Belongings? {
        switch shown {
        case .person(let claims): return try await Belongings(subject: claims.subject, holdings: holdings(of: claims.subject))
        case .key(let key):
            return try await APIKeys(database).holder(of: key.hash).map { holder in
                Belongings(expiresAt: holder.expiresAt, holdings: [Holding(holder)], key: key.hash)
            }
        case .session:
            guard case .session(let hash) = shown.proof, let session = try await Sessions(database).find(hash) else { return nil }
            return try await find(session)
        }
    }

    private func find(_ session: Session) async throws -> Belongings? {
        switch session.holder {
        case .person(let subject, let email, let kept):
            let holdings = try await holdings(of: subject)
            return Belongings(subject: subject, email: email, expiresAt: session.expiresAt, holdings: holdings, kept: kept)
        case .key(let user, let key):
            guard let holder = try await APIKeys(database).holder(of: key, user) else { return nil }
            let end = min(session.expiresAt, holder.expiresAt ?? session.expiresAt)
            return Belongings(expiresAt: end, holdings: [Holding(holder)], key: holder.hash)
        case .user(let id):
            guard let user = try await Users(database).find(id: id) else { return nil }
            return Belongings(expiresAt: session.expiresAt, holdings: [Holding(Membership(user: user, role: .owner))])
        }
    }

    private func holdings(of subject: SubjectID) async throws -> [Holding] {
        try await Members(database).settled(subject).map(Holding.init)
    }
}

extension HTTPRequest.Method {
    /// Changes nothing (RFC 9110, 9.2.1).
    fileprivate var isSafe: Bool { [.get, .head, .options].contains(self) }
}
