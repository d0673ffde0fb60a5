// Answers where no route is, in the reference's words.
import HTTPTypes
import Hummingbird

/// A path that is served by other methods answers 405 and names them; any other path 404.
struct WrongPaths<Context: RequestContext>: RouterMiddleware {
    private let methods: [(path: [Substring], methods: [String])]

    init(routes: [Route]) {
        methods = Dictionary(grouping: routes, by: \.path).map { ($0.key.split(separator: "/"), $0.value.map(\.method.rawValue)) }
    }

    @concurrent func handle(_ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response)
        async throws -> Response
    {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            guard let allowed = methods(of: request.uri.path) else {
                throw Problem(status: .notFound, code: .notFound, detail: "Not Found")
            }
            throw Problem(
                status: .methodNotAllowed,
                code: .methodNotAllowed,
                detail: "Method Not Allowed",
                headers: [.allow: allowed.joined(separator: ", ")]
            )
        }
    }

    private func methods(of path: String) -> [String]? {
        let parts = path.split(separator: "/")
        return methods.first { route in
            route.path.count == parts.count && zip(route.path, parts).allSatisfy { $0.first == "{" || $0 == $1 }
        }?.methods
    }
}
