// Sessions of people stay what Supabase Auth says they are: about once an hour it is asked, behind a request.
import Identity
import Storage
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Renewals of one server. Two of one session at once would be taken for theft there, so there is one for all who wait.
final class Renewals: Sendable {
    /// How long a session goes on while nobody answers there.
    static let grace = 3600
    /// Between two tries while nobody answers.
    private static let pause: Duration = .seconds(10)

    private let sessions: Sessions
    private let auth: SupabaseAuth
    private let underWay = Mutex<[[UInt8]: Task<Session.Kept?, any Error>]>([:])
    private let failedAt = Mutex<ContinuousClock.Instant?>(nil)

    init(_ sessions: Sessions, _ auth: SupabaseAuth) {
        (self.sessions, self.auth) = (sessions, auth)
    }

    /// - Returns: what is kept from now on; nil when it stays as it is.
    /// - Throws: `AccessDenied.invalid` when the person was signed out there, and with that here; `.unknown` when nobody has answered for too long.
    func renewed(_ kept: Session.Kept, of cookie: String) async throws -> Session.Kept? {
        let now = Int(Date.now.timeIntervalSince1970)
        guard now >= kept.freshUntil else { return nil }
        let isPausing = failedAt.withLock { $0.map { ContinuousClock.now < $0 + Self.pause } ?? false }
        do {
            if isPausing { throw SupabaseError.unavailable("it did not answer a moment ago") }
            return try await only(Digest.sha256(cookie)) { [self] in try await renew(kept, of: cookie) }
        } catch SupabaseError.unavailable(let why) {
            if !isPausing { failedAt.withLock { $0 = .now } }
            guard now < kept.freshUntil + Self.grace else { throw AccessDenied.unknown(why) }
            return nil
        }
    }

    private func only(
        _ hash: [UInt8],
        _ body: @escaping @Sendable () async throws -> Session.Kept?
    ) async throws -> Session.Kept? {
        let task = underWay.withLock { underWay in
            if let task = underWay[hash] { return task }
            // Of its own: a caller who goes away takes nothing with him that was asked for already.
            let task = Task {
                defer { self.underWay.withLock { $0[hash] = nil } }
                return try await body()
            }
            underWay[hash] = task
            return task
        }
        return try await task.value
    }

    private func renew(_ kept: Session.Kept, of cookie: String) async throws -> Session.Kept? {
        let hash = Digest.sha256(cookie)
        // Another server, or a request before this one, may have been quicker.
        guard let now = try await self.kept(hash) else { throw AccessDenied.invalid }
        if now.freshUntil > kept.freshUntil { return now }
        do {
            guard let grant = KeptGrant(now.sealed, cookie: cookie) else { throw SupabaseError.signedOut }
            let new = Session.Kept(try await grant.renewed(by: auth), cookie: cookie)
            return try await sessions.renew(hash, from: now, to: new) ? new : try await self.kept(hash)
        } catch SupabaseError.signedOut {
            if let later = try await self.kept(hash), later != now { return later }
            try await sessions.end(hash)
            throw AccessDenied.invalid
        }
    }

    private func kept(_ hash: [UInt8]) async throws -> Session.Kept? {
        guard case .person(_, _, let kept)? = try await sessions.find(hash)?.holder else { return nil }
        return kept
    }
}

extension Session.Kept {
    /// A little is left of what it is good for: the request that it stands behind takes its time too.
    init(_ grant: Grant, cookie: String) {
        self.init(sealed: KeptGrant(grant).sealed(with: cookie), freshUntil: grant.endsAt - 30)
    }
}
