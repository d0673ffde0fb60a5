// The project's Supabase Auth, as its openapi.yaml and source (supabase/auth) have it.
package import AsyncHTTPClient
import Domain
import NIOCore
import NIOHTTP1

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

package struct SupabaseAuth: Sendable {
    private let url: String
    private let anonKey: String
    private let client: HTTPClient

    private static let longestAnswer = 1 << 20

    /// Follows no redirect: passwords go to SUPABASE_URL and nowhere else. One for the process, and never shut down.
    package static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.redirectConfiguration = .disallow
        return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }()

    /// - Parameters:
    ///   - url: SUPABASE_URL, with or without a slash at its end.
    ///   - client: must outlive this value; whoever made it shuts it down.
    package init(url: String, anonKey: String, client: HTTPClient) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        (self.anonKey, self.client) = (anonKey, client)
    }

    /// `iss` of its tokens.
    var issuer: String { url + "/auth/v1" }

    struct Answer {
        let status: Int
        let body: JSON

        /// Its stable name of an error.
        var errorCode: String? { body["error_code"]?.text }
    }

    /// - Parameter token: an access token; requests that need none have the anon key alone.
    /// - Throws: `.refused`; `.unavailable` when there is no answer that could be read, or one that says to come back later.
    func ask(
        _ path: String,
        by method: HTTPMethod = .GET,
        token: String? = nil,
        sending body: JSON? = nil
    ) async throws(SupabaseError) -> Answer {
        var request = HTTPClientRequest(url: issuer + path)
        request.method = method
        request.headers.add(name: "apikey", value: anonKey)
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(body.encoded())
        }
        let (status, bytes): (Int, [UInt8])
        do {
            let response = try await client.execute(request, timeout: .seconds(5))
            status = Int(response.status.code)
            bytes = Array(try await response.body.collect(upTo: Self.longestAnswer).readableBytesView)
        } catch {
            throw .unavailable("it can't be reached")
        }
        // Too many at once, of this address or of this person: nobody's password is wrong.
        if status >= 500 || status == 429 || status == 409 { throw .unavailable("it answered \(status)") }
        if bytes.isEmpty { return Answer(status: status, body: .null) }
        let answer: Answer
        do throws(JSONError) {
            answer = Answer(status: status, body: try JSON(reading: bytes))
        } catch {
            throw .unavailable("it answered \(status), and no JSON")
        }
        // Its gateway says no in words of its own.
        if status == 401 || status == 403, answer.errorCode == nil { throw .refused(status) }
        return answer
    }
}
