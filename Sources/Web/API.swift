// The whole HTTP side: routes, what stands before them, and what is answered where there is none.
import HTTPTypes
package import Hummingbird
package import HummingbirdCore
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
    package var reports: Reports
    package var imports: ImportDesk
    package let requests = RequestCount()
    private let hangUps = HangUps()

    package init(
        appName: String,
        version: String,
        allowedOrigins: AllowedOrigins,
        authorisation: Authorisation,
        readiness: Readiness,
        users: Users,
        reports: Reports,
        imports: ImportDesk
    ) {
        self.appName = appName
        self.version = version
        self.allowedOrigins = allowedOrigins
        self.authorisation = authorisation
        self.readiness = readiness
        self.users = users
        self.reports = reports
        self.imports = imports
    }

    var routes: [Route] {
        Health.routes(readiness)
            + Brief.routes(users: users, tiles: reports.tiles)
            + Metrics.routes(users: users, queries: reports.queries, declarations: reports.declarations)
            + LedgerRoutes.routes(
                users: users,
                entries: reports.entries,
                revisions: reports.revisions,
                corrections: reports.corrections
            )
            + ImportRoutes.routes(users: users, desk: imports)
            + ExportRoute.routes(users: users, export: reports.export)
            + Documentation.routes(appName: appName, version: version)
    }

    package func responder() -> some HTTPResponder<APIContext> {
        let router = Router(context: APIContext.self)
        router.addMiddleware {
            CountRequests(count: requests)
            CORS(allowed: allowedOrigins)
            AnswerProblems()
            WrongPaths(routes: routes)
        }
        for route in routes {
            router.on(RouterPath(route.path), method: route.method) { [authorisation, hangUps] request, context in
                try authorisation.check(route.access, Credential(authorization: request.headers[.authorization]))
                switch route.access {
                // Nothing that would be worth stopping.
                case .open: return try await route.handler(request)
                case .serviceKey: return try await hangUps.cancelling(context.channel) { try await route.handler(request) }
                }
            }
        }
        return router.buildResponder()
    }

    /// HTTP/1.1, with what the API wants to know of its connections.
    package func protocols() -> HTTPServerBuilder {
        HTTPServerBuilder { [hangUps] responder in
            let configuration = HTTP1Channel.Configuration(additionalChannelHandlers: [HangUpHandler(hangUps), GentleClose()])
            return OnEventLoop(http: HTTP1Channel(responder: responder, configuration: configuration))
        }
    }
}
