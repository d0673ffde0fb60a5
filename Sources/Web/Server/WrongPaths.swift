// Answers where no route is, in the reference's words.
import HTTPTypes
import Hummingbird

/// A path that is served by other methods answers 405 and names them; any other path 404.
struct WrongPaths<Context: RequestContext>: RouterMiddleware {
    private let methods: [String: [String]]

    init(routes: [Route]) {
        methods = Dictionary(grouping: routes, by: \.path).mapValues { $0.map(\.method.rawValue) }
    }

    @concurrent func handle(_ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response)
        async throws -> Response
    {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            guard let allowed = methods[request.uri.path] else { throw Problem(status: .notFound, code: .notFound, detail: "Not Found") }
            throw Problem(
                status: .methodNotAllowed,
                code: .methodNotAllowed,
                detail: "Method Not Allowed",
                headers: [.allow: allowed.joined(separator: ", ")]
            )
        }
    }
}
