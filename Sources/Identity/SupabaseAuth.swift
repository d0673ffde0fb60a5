// What Supabase Auth says about itself.
package import AsyncHTTPClient
import NIOCore
import NIOHTTP1

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Whether a new sign-up must confirm its e-mail address.
package enum EmailConfirmation: Sendable, Equatable {
    case required
    /// Whoever signs up with an address owns it at once, as far as Supabase is concerned.
    case off
    /// Supabase Auth could not be asked, for this reason.
    case unknown(String)
}

package struct SupabaseAuth: Sendable {
    private let url: String
    private let anonKey: String
    private let client: HTTPClient

    /// - Parameters:
    ///   - url: SUPABASE_URL, with or without a slash at its end.
    ///   - client: must outlive this value; whoever made it shuts it down.
    package init(url: String, anonKey: String, client: HTTPClient) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        (self.anonKey, self.client) = (anonKey, client)
    }

    /// Asks `GET /auth/v1/settings`, whose `mailer_autoconfirm` tells (supabase/auth, openapi.yaml).
    package func emailConfirmation() async -> EmailConfirmation {
        do {
            var request = HTTPClientRequest(url: url + "/auth/v1/settings")
            request.headers.add(name: "apikey", value: anonKey)
            let response = try await client.execute(request, timeout: .seconds(5))
            guard response.status == .ok else { return .unknown("it answered \(response.status.code)") }
            let body = try await response.body.collect(upTo: 1 << 20)
            let settings = try JSONDecoder().decode(Settings.self, from: Data(body.readableBytesView))
            return settings.mailer_autoconfirm ? .off : .required
        } catch is DecodingError {
            return .unknown("its answer has no mailer_autoconfirm")
        } catch {
            return .unknown("it can't be reached")
        }
    }

    private struct Settings: Decodable {
        let mailer_autoconfirm: Bool
    }
}
