// The whole HTTP side: routes, what stands before them, and what is answered where there is none.
import HTTPTypes
package import Hummingbird
package import Identity
package import Reporting
package import Storage

/// All that the routes need.
package struct API: Sendable {
    package var appName: String
    package var version: String
    package var allowedOrigins: AllowedOrigins
    package var authorisation: Authorisation
    package var readiness: Readiness
    package var users: Users
    package var tiles: TilesReport
    package let requests = RequestCount()

    package init(
        appName: String,
        version: String,
        allowedOrigins: AllowedOrigins,
        authorisation: Authorisation,
        readiness: Readiness,
        users: Users,
        tiles: TilesReport
    ) {
        self.appName = appName
        self.version = version
        self.allowedOrigins = allowedOrigins
        self.authorisation = authorisation
        self.readiness = readiness
        self.users = users
        self.tiles = tiles
    }

    var routes: [Route] {
        Health.routes(readiness) + Brief.routes(users: users, tiles: tiles) + Documentation.routes(appName: appName, version: version)
    }

    package func responder() -> some HTTPResponder<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.addMiddleware {
            CountRequests(count: requests)
            CORS(allowed: allowedOrigins)
            AnswerProblems()
            WrongPaths(routes: routes)
        }
        for route in routes {
            router.on(RouterPath(route.path), method: route.method) { [authorisation] request, _ in
                try authorisation.check(route.access, Credential(authorization: request.headers[.authorization]))
                return try await route.handler(request)
            }
        }
        return router.buildResponder()
    }
}
