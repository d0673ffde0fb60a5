// From a URL to a connection that is signed in, or the reason why there is none.
import CLibPQ

extension Connection {
    func open(_ url: ConnectionURL, within limit: Duration) async throws(PostgresError) {
        let deadline = ContinuousClock.now + limit
        do throws(PostgresError) {
            let parameters = try await Startup.parameters(for: url, until: deadline, limit: limit)
            try await start(parameters, until: deadline, limit: limit) { false }
            guard handle?.status == CONNECTION_OK, handle?.becomeNonBlocking() == true else {
                throw await reason(parameters, until: deadline, limit: limit)
            }
            phase = .idle
        } catch {
            handle = nil
            if case .deadlineExceeded = error { throw .unreachable("no answer within \(limit)") }
            throw error
        }
    }

    /// Polls until there is a connection, or there will be none, or `isFar` says that this is far enough.
    private func start(
        _ parameters: [Startup.Parameter],
        until deadline: ContinuousClock.Instant,
        limit: Duration,
        isFar: () -> Bool
    ) async throws(PostgresError) {
        guard let starting = ConnectionHandle(starting: parameters) else { throw .unreachable("out of memory") }
        handle = consume starting
        // libpq's rule: before the first poll, act as if it had asked to write.
        var polling = handle?.status == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
        while true {
            switch polling {
            case PGRES_POLLING_READING: try await wait(for: .readable, until: deadline, limit: limit)
            case PGRES_POLLING_WRITING: try await wait(for: .writable, until: deadline, limit: limit)
            default: return
            }
            polling = handle?.continueConnecting() ?? PGRES_POLLING_FAILED
            if isFar() { return }
        }
    }

    /// Why there is no connection.
    private func reason(
        _ parameters: [Startup.Parameter],
        until deadline: ContinuousClock.Instant,
        limit: Duration
    ) async -> PostgresError {
        let words = handle?.errorMessage ?? "closed"
        if let message = ServerMessage(startupWords: words) { return .refused(message) }
        let plain = Startup.plain(words)
        switch Startup.complaint(in: words) {
        case .certificate: return .untrusted(await distrust(parameters, until: deadline, limit: limit))
        case .hostName: return .untrusted(.otherHost(plain))
        case .authorities: return .untrusted(.noAuthority(plain))
        case .settings: return .unusable(plain)
        case nil: return .unreachable(plain)
        }
    }

    /// libpq does not say why a certificate failed. Goes to see it once more, checking nothing, and leaves before a word about us is said.
    private func distrust(
        _ parameters: [Startup.Parameter],
        until deadline: ContinuousClock.Instant,
        limit: Duration
    ) async -> Distrust {
        let file = parameters.first { $0.keyword == "sslrootcert" }?.value ?? "the default file of certificates"
        let unchecked =
            parameters.filter { !["sslmode", "sslrootcert", "sslcrl", "sslcert", "sslkey"].contains($0.keyword) } + [
                (keyword: "sslmode", value: "require"),
                // A file that is there would be checked against.
                (keyword: "sslrootcert", value: "/dev/null/none"),
            ]
        do throws(PostgresError) {
            try await start(unchecked, until: deadline, limit: limit) { [self] in handle?.usesTLS == true }
        } catch {
            // A second look that comes to nothing changes nothing about the first.
            return .unknownAuthority(file: file)
        }
        switch handle?.peerCertificate {
        case .expired(let day): return .expired(day)
        case .notYetValid(let day): return .notYetValid(day)
        case .current, nil: return .unknownAuthority(file: file)
        }
    }
}
