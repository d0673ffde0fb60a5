// What runs around the HTTP server.
import AsyncHTTPClient
import Hummingbird
import Identity
import Logging
import NIOCore
import Postgres
import ServiceLifecycle
import SystemPackage

/// Keeps the pool open until all that uses it has stopped: it starts first and stops last.
struct PoolService: Service {
    let pool: Pool

    func run() async throws {
        await untilShutdown()
        pool.close()
    }
}

/// Returns when the group shuts down, gracefully or not.
func untilShutdown() async {
    do {
        try await gracefulShutdown()
    } catch {
        // Cancelled: that is a shutdown too.
    }
}

/// The HTTP server, with a clear word when its port is taken.
struct ListeningService<Application: ApplicationProtocol>: Service {
    let application: Application
    let address: ListenAddress

    func run() async throws {
        do {
            try await application.run()
        } catch let error as IOError where error.errnoCode == Errno.addressInUse.rawValue {
            throw Failure(
                .unavailable,
                "port \(address.port) on \(address.host) is in use: stop what listens there, or choose another (PORT, --port)"
            )
        } catch let error as IOError where error.errnoCode == Errno.permissionDenied.rawValue {
            throw Failure(
                .configuration,
                "port \(address.port) may not be listened on by this user: choose one from 1024 on (PORT, --port)"
            )
        }
    }
}

/// Says once whether Supabase Auth confirms e-mail addresses. The brief turns that off for development and asks for a note.
struct EmailConfirmationNote: Service {
    let url: String
    let anonKey: String
    let logger: Logger

    func run() async throws {
        switch await SupabaseAuth(url: url, anonKey: anonKey, client: .shared).emailConfirmation() {
        case .required: logger.info("Supabase Auth confirms e-mail addresses")
        case .off: logger.warning("Supabase Auth does not confirm e-mail addresses: anybody may sign up with any address")
        case .unknown(let why): logger.info("whether Supabase Auth confirms e-mail addresses is unknown: \(why)")
        }
        await untilShutdown()
    }
}
