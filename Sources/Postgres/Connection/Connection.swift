// One connection: its life from connecting to closed. What it does in between stands in the extensions.
import CLibPQ

/// One connection over libpq, for one caller at a time: statements wait for no one, they are refused while one is under way.
///
/// All of it runs on the loop's thread, so libpq is never entered twice and never blocks Swift's own threads.
/// Statements are unnamed, no state is left in the session, and there is never more than one Sync without its answer: it works behind a
/// pooler in transaction mode.
package actor Connection {
    /// What the connection is in the middle of.
    enum Phase: Equatable {
        case connecting, idle, statement, copy
        /// Its caller has gone; see Connection+Settling.swift.
        case settling
    }

    let loop: IOLoop
    var handle: ConnectionHandle?
    var phase = Phase.connecting
    var settling: Task<Void, Never>?
    /// The wait for the socket that is under way.
    private var waiting: Int?
    /// Counts what was given up: a transaction ends with it.
    var settlements = 0
    /// Syncs that were sent and whose ReadyForQuery is still to come. Hosted poolers have given a second one somebody else's rows.
    var outstandingSyncs = 0 {
        didSet { precondition((0...1).contains(outstandingSyncs), "\(outstandingSyncs) Syncs in flight") }
    }

    nonisolated package var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    private init(loop: IOLoop) {
        self.loop = loop
    }

    /// Connects and signs in.
    /// - Parameter limit: for all of it, name resolution included. libpq's own `connect_timeout` does not count here.
    /// - Throws: `.unreachable`, `.untrusted`, `.unusable`, `.refused` or `.cancelled`.
    package static func connect(to url: ConnectionURL, within limit: Duration) async throws(PostgresError) -> Connection {
        let connection = Connection(loop: .shared)
        try await connection.open(url, within: limit)
        return connection
    }

    /// Waits for the socket.
    /// - Throws: `.deadlineExceeded`, `.cancelled`, or `.connectionLost` when the socket is gone.
    func wait(for interest: Interest, until deadline: ContinuousClock.Instant?, limit: Duration) async throws(PostgresError) {
        guard let socket = handle?.socket, socket >= 0 else { throw .connectionLost(cause: nil, words: "the socket is closed") }
        let id = loop.makeID()
        waiting = id
        defer { waiting = nil }
        switch await loop.wait(as: id, for: interest, on: socket, until: deadline) {
        case .ready: return
        case .timedOut: throw .deadlineExceeded(limit)
        case .cancelled: throw .cancelled
        }
    }

    /// Ends the connection. Harmless when it has ended already.
    package func close() {
        // First the wait: the descriptor may be somebody else's as soon as it is free.
        if let waiting { loop.end(waiting) }
        handle = nil
    }

    /// Neither lost nor in the middle of anything.
    package var isSound: Bool {
        phase == .idle && handle?.status == CONNECTION_OK && handle?.transactionStatus == PQTRANS_IDLE
    }

    /// Whether nobody has hung up meanwhile. Reads what has come and waits for nothing: it costs no round trip, and a connection whose
    /// other end vanished without a word passes. Poolers also write to idle connections; that is taken in here.
    func isStillThere() -> Bool {
        // Twice: the first reading may bring a farewell, the second that nobody is there any more.
        handle?.consumeInput() == true && handle?.consumeInput() == true && handle?.status == CONNECTION_OK
    }

    /// Whether somebody answers: one round trip.
    func ping(within limit: Duration) async -> Bool {
        do throws(PostgresError) {
            _ = try await query("select 1", within: limit)
            return true
        } catch {
            return false
        }
    }

    /// The process that the pooler or server named at start-up. Behind a pooler it is the pooler's invention.
    package var announcedProcessID: Int {
        guard let id = handle?.backendProcessID else { return 0 }
        return Int(id)
    }

    /// The TLS version and cipher, nil without TLS.
    package var tls: String? {
        guard handle?.usesTLS == true else { return nil }
        return ["protocol", "cipher"].compactMap { handle?.tlsAttribute($0) }.joined(separator: " ")
    }

    /// 150020 is 15.20.
    package var serverVersion: Int { handle?.serverVersion ?? 0 }
}
