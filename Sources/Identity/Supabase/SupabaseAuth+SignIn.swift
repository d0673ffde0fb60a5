// A person signs in, stays signed in, and signs out.
package import Domain
import NIOHTTP1

/// What Supabase Auth gives whoever signed in.
package struct Grant: Sendable {
    package let subject: SubjectID
    package let email: String?
    /// Opaque, and good for one use.
    let refreshToken: String
    let accessToken: String
    /// Seconds since 1970, from when the access token is none any more.
    package let endsAt: Int
}

extension SupabaseAuth {
    /// - Throws: `.wrongPassword`, `.notConfirmed`, `.secondFactor`, `.unavailable`.
    package func signIn(email: String, password: String) async throws(SupabaseError) -> Grant {
        let credentials: JSON = ["email": .string(email), "password": .string(password)]
        let answer = try await ask("/token?grant_type=password", by: .POST, sending: credentials)
        if answer.status == 200 {
            // It gives a token for the password alone, whatever else the person has set up.
            let grant = try Grant(answer)
            guard case .array(let factors)? = answer.body["user"]?["factors"], factors.contains(where: { $0["status"]?.text == "verified" })
            else { return grant }
            try await signOut(grant.accessToken)
            throw .secondFactor
        }
        switch answer.errorCode {
        case "email_not_confirmed": throw .notConfirmed
        case "invalid_credentials", "user_banned", "validation_failed": throw .wrongPassword
        case let code: throw .unavailable("it answered \(answer.status) \(code ?? "")")
        }
    }

    /// Exchanges what was given before for the same anew.
    /// - Throws: `.signedOut`, `.unavailable`.
    func refresh(_ refreshToken: String) async throws(SupabaseError) -> Grant {
        let answer = try await ask("/token?grant_type=refresh_token", by: .POST, sending: ["refresh_token": .string(refreshToken)])
        if answer.status == 200 { return try Grant(answer) }
        guard answer.status == 400, answer.errorCode != nil else { throw .unavailable("it answered \(answer.status)") }
        throw .signedOut
    }

    /// Ends this sign-in of a person and none of his others. One that has ended already is no error.
    func signOut(_ accessToken: String) async throws(SupabaseError) {
        let answer = try await ask("/logout?scope=local", by: .POST, token: accessToken)
        guard [204, 200, 401, 403, 404].contains(answer.status) else { throw .unavailable("it answered \(answer.status)") }
    }
}

extension Grant {
    fileprivate init(_ answer: SupabaseAuth.Answer) throws(SupabaseError) {
        let body = answer.body
        guard let access = body["access_token"]?.text, let refresh = body["refresh_token"]?.text,
            let subject = body["user"]?["id"]?.text.flatMap(SubjectID.init), case .number(let end)? = body["expires_at"],
            let end = Int(end.text)
        else { throw .unavailable("its answer lacks what a sign-in has") }
        self.init(subject: subject, email: body["user"]?["email"]?.text, refreshToken: refresh, accessToken: access, endsAt: end)
    }
}

/// What opens something is printed by nobody's mistake.
extension Grant: CustomStringConvertible, CustomReflectable {
    package var description: String { "a grant for \(subject)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
