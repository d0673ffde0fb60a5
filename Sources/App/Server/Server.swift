// The one place where everything is put together: `serve`, `dev` and the tests all call `build`.
import Hummingbird
package import Identity
package import Logging
import Postgres
import ServiceLifecycle
import Storage
package import UnixSignals
import Web

/// A server that is ready to run.
package struct Server: Sendable {
    /// In the order in which they start; they stop the other way round.
    private let services: [ServiceGroupConfiguration.ServiceConfiguration]
    private let logger: Logger
    private let requests: RequestCount

    fileprivate init(services: [ServiceGroupConfiguration.ServiceConfiguration], logger: Logger, requests: RequestCount) {
        (self.services, self.logger, self.requests) = (services, logger, requests)
    }

    /// Serves until SIGTERM or SIGINT, then finishes what it has accepted.
    /// - Throws: `Failure` when it can't serve: the port is taken, or the database says no.
    package func run(until signals: [UnixSignal] = [.sigterm, .sigint]) async throws {
        let group = ServiceGroup(configuration: .init(services: services, gracefulShutdownSignals: signals, logger: logger))
        try await group.run()
        logger.info("stopped: accepted \(requests.accepted) requests, answered \(requests.answered) requests")
    }
}

/// Where to listen.
package struct ListenAddress: Sendable {
    package let host: String
    /// 0 lets the system choose.
    package let port: Int

    package init(host: String, port: Int) {
        (self.host, self.port) = (host, port)
    }
}

/// Wires all of it. Touches neither network nor database: its services do, when they run.
/// - Parameter listening: told the port once it is listened on.
/// - Parameter codes: sign-in codes, where everything runs on the machine of whoever uses it.
/// - Throws: `Failure` 78 when a setting that `serve` requires is missing or wrong.
package func build(
    _ settings: Settings,
    address: ListenAddress,
    version: String,
    logger: Logger,
    codes: SignInCodes? = nil,
    listening: @escaping @Sendable (Int) async -> Void = { _ in }
) throws -> Server {
    try settings.require(.serving)
    let url = try settings.database()
    let pool = Pool(.init(url: url))
    let database = Database(pool)
    let origins = AllowedOrigins(settings[.allowOrigins] ?? "")
    let auth = SupabaseAuth(url: settings[.supabaseURL] ?? "", anonKey: settings[.supabaseAnonKey] ?? "", client: SupabaseAuth.http)
    let gatekeeper = Gatekeeper(
        database,
        serviceKey: ServiceKey(settings[.serviceKey] ?? ""),
        auth: auth,
        tokenSecret: settings[.jwtSecret],
        origins: OriginRules(proxies: settings.trustedProxies, allowed: origins),
        logger: logger
    )
    let api = API(
        appName: settings[.appName] ?? "",
        version: version,
        allowedOrigins: origins,
        readiness: Readiness(
            settings: Requirement.serving.settings.filter { $0 != .databaseURL }.map { ($0.checkName, settings[$0] != nil) },
            databaseAnswers: { await database.answers(within: .milliseconds(1500)) }
        ),
        gatekeeper: gatekeeper,
        signIn: SignIn(codes: codes),
        database: database,
        importLimit: settings[.importLimit].flatMap { Int($0) } ?? .max
    )
    let startup = StartupCheck(database: database, trustGap: url.trustGap, logger: logger)
    let application = Application(
        responder: api.responder(),
        server: api.protocols(),
        configuration: .init(address: .hostname(address.host, port: address.port), serverName: "livinglytics"),
        onServerRunning: { channel in await listening(channel.localAddress?.port ?? address.port) },
        logger: logger
    )
    var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
        .init(service: PoolService(pool: pool)),
        .init(service: ListeningService(application: application, address: address, startup: startup)),
        .init(service: KeyUseService(uses: gatekeeper.uses, keys: APIKeys(database), logger: logger)),
    ]
    // Where there are codes there is no Supabase: it would ask itself.
    if codes == nil { services.append(.init(service: EmailConfirmationNote(auth: auth, logger: logger))) }
    return Server(services: services, logger: logger, requests: api.requests)
}

extension Setting {
    /// The name in the answer of readiness.
    fileprivate var checkName: String { self == .serviceKey ? "service_key" : name.lowercased() }
}
