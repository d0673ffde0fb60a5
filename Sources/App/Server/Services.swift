// What runs around the HTTP server.
import Hummingbird
import Identity
import Logging
import NIOCore
import Postgres
import ServiceLifecycle
import Storage
import SystemPackage
import Web

/// Keeps the pool open until all that uses it has stopped: it starts first and stops last.
struct PoolService: Service {
    let pool: Pool

    func run() async throws {
        await untilShutdown()
        await pool.close()
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

/// The HTTP server. It listens once the database was asked, whether that answered or not: only a no keeps it from it.
struct ListeningService<Application: ApplicationProtocol>: Service {
    let application: Application
    let address: ListenAddress
    let startup: StartupCheck

    func run() async throws {
        let words: String?
        do {
            words = try await cancelWhenGracefulShutdown { try await startup.look() }
        } catch is CancellationError {
            return
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await listen() }
            // A no that comes late ends the server as an early one does.
            if let words { group.addTask { try await startup.untilAnswered(after: words) } }
            // Not waitForAll, which would wait for the other before it tells.
            for try await _ in group {}
        }
    }

    private func listen() async throws {
        do {
            try await application.run()
        } catch let error as IOError {
            throw Failure(.unavailable, "\(address.host):\(address.port) can't be listened on: \(address.advice(error))")
        } catch  where error is SocketAddressError || error is SocketAddressError.UnknownHost {
            throw Failure(
                .configuration,
                "the host \(address.host) can't be listened on: \(error). Choose an address of this machine (--host)"
            )
        }
    }
}

extension ListenAddress {
    fileprivate func advice(_ error: IOError) -> String {
        switch Errno(rawValue: error.errnoCode) {
        case .addressInUse: "port \(port) is in use: stop what listens there, or choose another (PORT, --port)"
        case .permissionDenied: "this user may not listen on port \(port): choose one from 1024 on (PORT, --port)"
        case .addressNotAvailable: "\(host) is no address of this machine: choose one that is (--host)"
        case let errno: "\(errno)"
        }
    }
}

/// Writes now and then, and at the end, when API keys were used: no request waits for that.
struct KeyUseService: Service {
    let uses: KeyUses
    let keys: APIKeys
    let logger: Logger
    var pause: Duration = .seconds(20)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await Task.sleep(for: pause) } catch { break }
                await write()
            }
        }
        await write()
    }

    private func write() async {
        do throws(StorageError) {
            try await uses.write(to: keys)
        } catch {
            // They are kept for the next time.
            logger.info("when API keys were used could not be written: \(error)")
        }
    }
}

/// Says once whether Supabase Auth confirms e-mail addresses. The brief turns that off for development and asks for a note.
struct EmailConfirmationNote: Service {
    let auth: SupabaseAuth
    let logger: Logger

    func run() async throws {
        // A stop waits for no answer from elsewhere.
        let found = await cancelWhenGracefulShutdown { await auth.emailConfirmation() }
        switch found {
        case .required: logger.info("Supabase Auth confirms e-mail addresses")
        case .off: logger.warning("Supabase Auth does not confirm e-mail addresses: anybody may sign up with any address")
        case .unknown(let why): logger.info("whether Supabase Auth confirms e-mail addresses is unknown: \(why)")
        }
        await untilShutdown()
    }
}
