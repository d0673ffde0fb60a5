// A private PostgreSQL behind a private PgBouncer, for `livinglytics dev` and for tests: where they are and how to log in.

/// A running stack. Its servers listen on 127.0.0.1 only and live as long as `withRunning`'s body, or as this process.
package struct LocalStack: Sendable {
    /// Where one of the two servers listens.
    package struct Endpoint: Sendable, Hashable {
        package let host: String
        package let port: Int
    }

    /// One of the two servers.
    package enum Part: String, Sendable, Hashable, CaseIterable {
        case server = "PostgreSQL"
        case pooler = "PgBouncer"
    }

    /// A role that can log in, through either server.
    package struct Login: Sendable, Hashable, CustomStringConvertible {
        package let role: String
        package let password: String

        package init(role: String, password: String) {
            self.role = role
            self.password = password
        }

        /// The role alone, so that no password gets into a log.
        package var description: String { role }
    }

    /// The directory everything is kept in, as the servers see it (absolute, symbolic links resolved).
    package let directory: String
    /// PgBouncer in transaction mode: what the product is pointed at.
    package let pooler: Endpoint
    /// PostgreSQL itself.
    package let server: Endpoint
    /// `postgres`, as on Supabase: owns the databases, is no superuser.
    package let owner: Login
    /// `supabase_admin`, the superuser, for what a test must do behind the product's back.
    package let superuser: Login
    /// Path of the CA's certificate, for `sslmode=verify-full`. The servers' certificate names `localhost` and 127.0.0.1.
    package let caCertificate: String

    let servers: Servers

    /// The password of `postgres`. It stays the same from run to run.
    package var password: String { owner.password }

    /// The process id of a server, or nil when it is not running just now.
    package func processID(of part: Part) async -> Int32? {
        await servers.processID(of: part)
    }

    /// Starts a server again on the port it had, whether it runs or was killed, and returns when it answers.
    package func restart(_ part: Part) async throws {
        try await servers.restart(part)
    }
}
