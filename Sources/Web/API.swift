// The whole HTTP side: routes, what stands before them, and what is answered where there is none.
import HTTPTypes
package import Hummingbird
package import HummingbirdCore
import Identity
import Reporting
package import Storage

/// All that the routes need.
package struct API: Sendable {
    package var appName: String
    package var version: String
    package var allowedOrigins: AllowedOrigins
    package var readiness: Readiness
    package var gatekeeper: Gatekeeper
    package var signIn: SignIn
    package var database: Database
    /// Bytes of one import, unpacked.
    package var importLimit: Int
    package let requests = RequestCount()
    private let hangUps = HangUps()

    package init(
        appName: String,
        version: String,
        allowedOrigins: AllowedOrigins,
        readiness: Readiness,
        gatekeeper: Gatekeeper,
        signIn: SignIn,
        database: Database,
        importLimit: Int
    ) {
        self.appName = appName
        self.version = version
        self.allowedOrigins = allowedOrigins
        self.readiness = readiness
        self.gatekeeper = gatekeeper
        self.signIn = signIn
        self.database = database
        self.importLimit = importLimit
    }

    var routes: [Route] {
        Health.routes(readiness)
            + Brief.routes(users: Users(database), sharedTiles: SharedTiles(database))
            + Metrics.routes(declarations: Declarations(database))
            + LedgerRoutes.routes
            + ImportRoutes.routes(limit: importLimit)
            + ExportRoute.routes
            + SessionRoutes.routes(signIn)
            + KeyRoutes.routes
            + MemberRoutes.routes(Invitations(database))
            + Documentation.routes(appName: appName, version: version)
    }

    package func responder() -> some HTTPResponder<APIContext> {
        let router = Router(context: APIContext.self)
        router.addMiddleware {
            CountRequests(count: requests)
            SecurityHeaders(origins: gatekeeper.origins)
            CORS(allowed: allowedOrigins)
            AnswerProblems()
            WrongPaths(routes: routes)
        }
        for route in routes {
            router.on(RouterPath(route.path), method: route.method) { [gatekeeper, hangUps] request, context in
                // Nothing that would be worth stopping.
                if route.access == .open, route.method == .get {
                    return try await route.handler(request, try await gatekeeper.caller(request, .open, context.channel))
                }
                return try await hangUps.cancelling(context.channel) {
                    try await route.answer(request, to: try await gatekeeper.caller(request, route.access, context.channel))
                }
            }
        }
        return router.buildResponder()
    }

    /// HTTP/1.1, with what the API wants to know of its connections.
    package func protocols() -> HTTPServerBuilder {
        HTTPServerBuilder { [hangUps] responder in
            let configuration = HTTP1Channel.Configuration(
                additionalChannelHandlers: [HangUpHandler(hangUps), GentleClose(), Patience()],
                // More than a token and a browser's cookies need.
                httpDecoderConfiguration: .init(maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024, maxHeaderFieldCount: 100)
            )
            return OnEventLoop(http: HTTP1Channel(responder: responder, configuration: configuration))
        }
    }
}
