// What browsers are told about our answers.
import HTTPTypes
import Hummingbird

/// Answers of the API are data: nothing in them is to be run, shown in a frame, guessed at or kept. Pages bring a policy of their own.
struct SecurityHeaders: RouterMiddleware {
    let origins: OriginRules

    @concurrent func handle(_ request: Request, context: APIContext, next: @concurrent (Request, APIContext) async throws -> Response)
        async throws -> Response
    {
        var response = try await next(request, context)
        response.headers[.xContentTypeOptions] = "nosniff"
        if response.headers[.contentSecurityPolicy] == nil {
            response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
            response.headers[.cacheControl] = "no-store"
        }
        // Said over plain HTTP it counts for nothing (RFC 6797, 7.2).
        if origins.isTLS(request, context.channel) { response.headers[.strictTransportSecurity] = "max-age=31536000" }
        return response
    }
}
