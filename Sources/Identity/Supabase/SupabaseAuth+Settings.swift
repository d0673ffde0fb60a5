// What Supabase Auth says about itself: its settings and its keys.
import Domain

/// Whether a new sign-up must confirm its e-mail address.
package enum EmailConfirmation: Sendable, Equatable {
    case required
    /// Whoever signs up with an address owns it at once, as far as Supabase is concerned.
    case off
    /// Supabase Auth could not be asked, for this reason.
    case unknown(String)
}

extension SupabaseAuth {
    /// Asks `GET /auth/v1/settings`, whose `mailer_autoconfirm` tells.
    package func emailConfirmation() async -> EmailConfirmation {
        do throws(SupabaseError) {
            let answer = try await ask("/settings")
            guard answer.status == 200 else { return .unknown("it answered \(answer.status)") }
            guard case .bool(let isOff)? = answer.body["mailer_autoconfirm"] else {
                return .unknown("its answer has no mailer_autoconfirm")
            }
            return isOff ? .off : .required
        } catch {
            return .unknown(error.description)
        }
    }

    /// The keys that it publishes, of the kinds that we verify with. There are none where a project still signs with its secret.
    func signingKeys() async throws(SupabaseError) -> [String: SigningKey] {
        let answer = try await ask("/.well-known/jwks.json")
        guard answer.status == 200, case .array(let published)? = answer.body["keys"] else {
            throw .unavailable("it answered \(answer.status), and no keys")
        }
        var keys: [String: SigningKey] = [:]
        // Two keys of one name are none: either could be meant.
        for (id, named) in Dictionary(grouping: published, by: { $0["kid"]?.text }) where named.count == 1 {
            if let id { keys[id] = await SigningKey(jwk: named[0]) }
        }
        return keys
    }
}
