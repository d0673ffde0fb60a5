// How sessions begin and end.
import Identity
import Logging
import Storage

extension Gatekeeper {
    /// How long a session lasts at most: 30 days.
    static let sessionSeconds = 30 * 86_400

    /// - Throws: `SupabaseError`; `.wrongPassword` for a key or a code, too.
    func signIn(_ offer: SignInOffer, _ codes: SignInCodes?) async throws -> OpenSession {
        let cookie = Secret(letters: 43)
        let sessions = Sessions(database)
        switch offer {
        case .password(let email, let password):
            let grant = try await auth.signIn(email: email, password: password)
            let kept = Session.Kept(grant, cookie: cookie.text)
            try await sessions.add(cookie.hash, .person(grant.subject, email: grant.email, kept), lasting: Self.sessionSeconds)
        case .key(let text):
            guard let key = APIKey(text), let holder = try await APIKeys(database).holder(of: key.hash) else {
                throw SupabaseError.wrongPassword
            }
            try await sessions.add(cookie.hash, .key(holder.user.id, holder.id), lasting: Self.sessionSeconds)
        case .code(let code):
            guard let email = codes?.use(code), let user = try await Users(database).find(email: email) else {
                throw SupabaseError.wrongPassword
            }
            try await sessions.add(cookie.hash, .user(user.id), lasting: Self.sessionSeconds)
        }
        let shown = Shown.session(cookie.text)
        return OpenSession(shown: shown, belongings: try await lookedUp(shown))
    }

    /// Ends a session here, and at Supabase Auth what it stood for there.
    func signOut(_ cookie: String) async throws {
        let ended = try await Sessions(database).end(Digest.sha256(cookie))
        forget(Shown.session(cookie).proof)
        guard case .person(_, _, let kept)? = ended?.holder else { return }
        do throws(SupabaseError) {
            try await KeptGrant(kept.sealed, cookie: cookie)?.end(at: auth)
        } catch {
            // Here it has ended; and nobody can renew it there any more.
            logger.notice("a session ended here and was not ended at Supabase Auth: \(error)")
        }
    }
}
