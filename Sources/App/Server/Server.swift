// The one place where everything is put together: `serve`, `dev` and the tests all call `build`.
import AsyncHTTPClient
import Hummingbird
import Identity
package import Logging
import Postgres
import Reporting
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
/// - Throws: `Failure` 78 when a setting that `serve` requires is missing or wrong.
package func build(
    _ settings: Settings,
    address: ListenAddress,
    version: String,
    logger: Logger,
    listening: @escaping @Sendable (Int) async -> Void = { _ in }
) throws -> Server {
    try settings.require(.serving)
    let url = try settings.database()
    let pool = Pool(.init(url: url))
    let database = Database(pool)
    let api = API(
        appName: settings[.appName] ?? "",
        version: version,
        allowedOrigins: AllowedOrigins(settings[.allowOrigins] ?? ""),
        authorisation: Authorisation(serviceKey: ServiceKey(settings[.serviceKey] ?? "")),
        readiness: Readiness(
            settings: Requirement.serving.settings.filter { $0 != .databaseURL }.map { ($0.checkName, settings[$0] != nil) },
            databaseAnswers: { await database.answers(within: .milliseconds(1500)) }
        ),
        users: Users(database),
        reports: Reports(database),
        imports: ImportDesk(database, limit: settings[.importLimit].flatMap { Int($0) } ?? .max)
    )
    let startup = StartupCheck(database: database, trustGap: url.trustGap, logger: logger)
    let auth = EmailConfirmationNote(url: settings[.supabaseURL] ?? "", anonKey: settings[.supabaseAnonKey] ?? "", logger: logger)
    let application = Application(
        responder: api.responder(),
        server: api.protocols(),
        configuration: .init(address: .hostname(address.host, port: address.port), serverName: "livinglytics"),
        onServerRunning: { channel in await listening(channel.localAddress?.port ?? address.port) },
        logger: logger
    )
    return Server(
        services: [
            .init(service: PoolService(pool: pool)),
            .init(service: ListeningService(application: application, address: address, startup: startup)),
            .init(service: auth),
        ],
        logger: logger,
        requests: api.requests
    )
}

extension Setting {
    /// The name in the answer of readiness.
    fileprivate var checkName: String { self == .serviceKey ? "service_key" : name.lowercased() }
}
