// Which pages of other origins may read our answers: ALLOW_ORIGINS.
import HTTPTypes
import Hummingbird

/// The origins of ALLOW_ORIGINS.
package struct AllowedOrigins: Sendable, Equatable {
    private let origins: Set<String>
    private let isAny: Bool

    /// - Parameter text: comma-separated; `*` is any.
    package init(_ text: String) {
        let list = text.split(separator: ",").map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
        // `null` is the origin of any page in a sandbox.
        (origins, isAny) = (Set(list).subtracting(["*", "null"]), list.contains("*"))
    }

    /// What to answer to a page of this origin. Any origin never goes with credentials: then every page on the web could act as whoever
    /// visits it. The brief's service allows that; ours does not.
    func headers(for origin: String) -> HTTPFields? {
        if isAny { return [.accessControlAllowOrigin: "*"] }
        guard origins.contains(origin) else { return nil }
        return [.accessControlAllowOrigin: origin, .accessControlAllowCredentials: "true", .vary: "Origin"]
    }

    /// Whether this origin is on the list. `*` is no name.
    func names(_ origin: String) -> Bool { origins.contains(origin) }

    /// Caches must tell origins apart where the answer does.
    var variesByOrigin: Bool { !isAny }
}

/// Answers as the reference's middleware does. Hummingbird's own knows a fixed list of request headers; the brief allows all.
struct CORS<Context: RequestContext>: RouterMiddleware {
    let allowed: AllowedOrigins

    @concurrent func handle(_ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response)
        async throws -> Response
    {
        guard let origin = request.headers[.origin] else { return try await next(request, context) }
        if request.method == .options, let method = request.headers[.accessControlRequestMethod] {
            return preflight(origin: origin, method: method, headers: request.headers[.accessControlRequestHeaders])
        }
        var response = try await next(request, context)
        if let headers = allowed.headers(for: origin) {
            for header in headers { response.headers[header.name] = header.value }
        } else if allowed.variesByOrigin {
            response.headers[.vary] = "Origin"
        }
        return response
    }

    private func preflight(origin: String, method: String, headers requested: String?) -> Response {
        guard var headers = allowed.headers(for: origin) else { return .plain(.badRequest, "Disallowed CORS origin", [.vary: "Origin"]) }
        headers[.accessControlAllowMethods] = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"
        headers[.accessControlMaxAge] = "600"
        if let requested { headers[.accessControlAllowHeaders] = requested }
        return .plain(.ok, "OK", headers)
    }
}
