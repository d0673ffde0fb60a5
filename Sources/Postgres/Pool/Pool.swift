// The pool, as its callers see it.
import Synchronization

/// A bounded set of connections to one database.
///
/// `query` and the transactions have a connection to themselves; `read` shares one with whoever reads in the same moment. Connections
/// are made when somebody waits, kept while they are sound, and closed by `close()`. A caller whose task is cancelled costs nothing
/// any more: what it waited for is withdrawn, what it asked for is stopped on the server.
package final class Pool: Sendable {
    package struct Configuration: Sendable {
        package var url: ConnectionURL
        /// Connections at most. Supabase's pooler has 15 server connections for all clients of a project by default.
        package var bound = 8
        /// How long a caller waits for a connection.
        package var acquireLimit: Duration = .seconds(2)
        /// How long an attempt to connect may take.
        package var connectLimit: Duration = .seconds(10)
        /// How long a statement may take that names no limit. Below the pooler's own 60 s: one silent server must not eat the pool.
        package var queryLimit: Duration = .seconds(15)
        /// How long a connection is used at most, less up to a tenth.
        package var lifetime: Duration = .seconds(1800)

        package init(url: ConnectionURL) {
            self.url = url
        }

        /// How long a connection that was idle may take to prove that it is alive.
        static let pingLimit: Duration = .milliseconds(250)
    }

    /// What the pool's places are used for just now.
    package struct Usage: Sendable, Equatable {
        package var idle: Int
        /// To callers, or settling after them.
        package var lent: Int
        package var opening: Int
        /// Callers without a connection.
        package var waiting: Int
    }

    package let configuration: Configuration
    let shared: Mutex<Shared>
    let unfinished = Unfinished()

    package init(_ configuration: Configuration) {
        self.configuration = configuration
        let limits = PoolLimits(bound: configuration.bound, acquire: configuration.acquireLimit, lifetime: configuration.lifetime)
        shared = Mutex(Shared(limits))
    }

    package var usage: Usage { shared.withLock { $0.usage } }

    /// Runs one statement on a connection of its own.
    /// - Throws: what `Connection.query` throws, `.noConnection` when none became free within `acquireLimit`, `.refused`, `.untrusted` or
    ///   `.unusable` when there will be none.
    package func query(_ sql: SQL, within limit: Duration? = nil) async throws(PostgresError) -> Rows {
        let limit = limit ?? configuration.queryLimit
        return try await onOne { connection in await connection.answer(to: sql, within: limit) }
    }

    /// A transaction that is known beforehand, in one round trip; see `Connection.transaction(_:under:within:)`.
    package func transaction(
        _ statements: [SQL],
        under settings: TransactionSettings = TransactionSettings(),
        within limit: Duration? = nil
    ) async throws(PostgresError) -> [Rows] {
        let limit = limit ?? configuration.queryLimit
        return try await onOne { connection in await connection.answer(to: statements, under: settings, within: limit) }
    }

    /// Runs the body in a transaction on a connection of its own; see `Connection.transaction`.
    package func transaction<R>(within limit: Duration? = nil, _ body: (Transaction) async throws -> R) async throws -> R {
        try await withConnection { try await $0.transaction(within: limit ?? self.configuration.queryLimit, body) }
    }

    /// Lends a connection to the body.
    /// - Throws: as `query` does, or the body's error.
    package func withConnection<R>(_ body: (Connection) async throws -> R) async throws -> R {
        let lease = try await acquireSound()
        let result: R
        do {
            result = try await body(lease.connection)
        } catch {
            release(lease, isSound: await lease.connection.isSound)
            throw error
        }
        release(lease, isSound: await lease.connection.isSound)
        return result
    }

    /// Closes what is idle and the rest when it comes back, as soon as what callers left behind is stopped. Whoever waits is told. When it returns, what was idle is closed: a
    /// process that ended meanwhile would take TLS away from under it.
    package func close() async {
        await unfinished.none()
        for closing in carryOut(shared.withLock { $0.close() }) { await closing.value }
    }

    /// A pool for the length of the body.
    package static func with<R>(_ configuration: Configuration, _ body: (Pool) async throws -> R) async throws -> R {
        let pool = Pool(configuration)
        let result: R
        do {
            result = try await body(pool)
        } catch {
            await pool.close()
            throw error
        }
        await pool.close()
        return result
    }
}
