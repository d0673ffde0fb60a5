// One connection: its life from connecting to closed. What it does in between stands in the extensions.
import CLibPQ

/// One connection over libpq, for one caller at a time: statements wait for no one, they are refused while one is under way.
///
/// All of it runs on the loop's thread, so libpq is never entered twice and never blocks Swift's own threads.
/// Statements are unnamed, and no state is left in the session: it works behind a pooler in transaction mode.
package actor Connection {
    private let loop: IOLoop
    var handle: ConnectionHandle?
    /// What was given up and still waits for its cancel request to be delivered.
    private var abandoned: ConnectionHandle?
    /// True from the first byte of a statement to its last answer.
    var isInUse = false

    nonisolated package var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    private init(loop: IOLoop) {
        self.loop = loop
    }

    /// Connects and signs in.
    /// - Parameter limit: for all of it, name resolution included. libpq's own `connect_timeout` does not count here.
    /// - Throws: `.unreachable`, `.unusable`, `.refused`, `.deadlineExceeded` or `.cancelled`.
    package static func connect(to url: ConnectionURL, within limit: Duration) async throws(PostgresError) -> Connection {
        let connection = Connection(loop: .shared)
        try await connection.open(url, within: limit)
        return connection
    }

    private func open(_ url: ConnectionURL, within limit: Duration) async throws(PostgresError) {
        let deadline = ContinuousClock.now + limit
        let parameters = try await Startup.parameters(for: url, until: deadline, limit: limit)
        guard let starting = ConnectionHandle(starting: parameters) else { throw .unreachable("out of memory") }
        handle = consume starting
        if status == CONNECTION_BAD { throw giveUp() }
        // libpq's rule: before the first poll, act as if it had asked to write.
        var polling = PGRES_POLLING_WRITING
        while true {
            switch polling {
            case PGRES_POLLING_READING: try await wait(for: .readable, until: deadline, limit: limit)
            case PGRES_POLLING_WRITING: try await wait(for: .writable, until: deadline, limit: limit)
            case PGRES_POLLING_OK:
                guard handle?.becomeNonBlocking() == true else { throw giveUp() }
                return
            default: throw giveUp()
            }
            polling = handle?.continueConnecting() ?? PGRES_POLLING_FAILED
        }
    }

    private var status: ConnStatusType { handle?.status ?? CONNECTION_BAD }

    /// Why there is no connection, and the end of the attempt.
    private func giveUp() -> PostgresError {
        let words = handle?.errorMessage ?? "closed"
        handle = nil
        if let message = ServerMessage(startupWords: words) { return .refused(message) }
        return Startup.isAboutSettings(words) ? .unusable(Startup.plain(words)) : .unreachable(Startup.plain(words))
    }

    /// Waits for the socket. Past the deadline, or when the task is cancelled, the connection is given up: an answer that is
    /// still to come must not meet the next statement.
    func wait(for interest: Interest, until deadline: ContinuousClock.Instant?, limit: Duration) async throws(PostgresError) {
        guard let socket = handle?.socket, socket >= 0 else { throw .connectionLost(cause: nil, words: "the socket is closed") }
        switch await loop.wait(for: interest, on: socket, until: deadline) {
        case .ready: return
        case .timedOut:
            abandon()
            throw .deadlineExceeded(limit)
        case .cancelled:
            abandon()
            throw .cancelled
        }
    }

    /// Gives the connection up at once, and asks the server to stop what it is doing. The request goes over a connection of its own;
    /// whether it arrives changes nothing here.
    private func abandon() {
        let isBusy = handle?.transactionStatus == PQTRANS_ACTIVE
        abandoned = handle.take()
        guard isBusy, let canceller = abandoned?.makeCanceller() else {
            abandoned = nil
            return
        }
        Task { await hangUp(after: canceller) }
    }

    /// A pooler forgets whom to stop as soon as its client hangs up: not before it was asked, unless it is silent.
    private func hangUp(after canceller: Canceller) async {
        let limit = Duration.seconds(5)
        do {
            try await blocking(until: .now + limit, limit: limit) { canceller.sendBlocking() }
        } catch {
            // The server's own limit ends the statement.
        }
        abandoned = nil
    }

    /// Ends the connection. Harmless when it has ended already.
    package func close() {
        handle = nil
    }

    /// Neither lost nor in the middle of anything.
    package var isSound: Bool {
        !isInUse && handle?.status == CONNECTION_OK && handle?.transactionStatus == PQTRANS_IDLE
    }

    /// Whether nobody has hung up meanwhile. Reads what has come and waits for nothing: it costs no round trip, and a connection whose
    /// other end vanished without a word passes. Poolers also write to idle connections; that is taken in here.
    func isStillThere() -> Bool {
        // Twice: the first reading may bring a farewell, the second that nobody is there any more.
        handle?.consumeInput() == true && handle?.consumeInput() == true && isSound
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
