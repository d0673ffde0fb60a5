// The two running servers: watched, restarted when a test wants it, stopped in their order.

actor Servers {
    private let launcher: Launcher
    private var running: [LocalStack.Part: Launcher.Running]
    private var watches: [Task<Void, Never>]
    private var isStopped = false

    init(_ launcher: Launcher, server: Launcher.Running, pooler: Launcher.Running) {
        self.launcher = launcher
        running = [.server: server, .pooler: pooler]
        watches = [Self.watch(.server, server.process, launcher), Self.watch(.pooler, pooler.process, launcher)]
    }

    func processID(of part: LocalStack.Part) -> Int32? {
        guard let process = running[part]?.process, process.ending == nil else { return nil }
        return process.processID
    }

    func restart(_ part: LocalStack.Part) async throws {
        guard !isStopped, let before = running[part], let server = running[.server] else { return }
        await before.process.stop()
        let now =
            switch part {
            case .server: try await launcher.startServer(from: before.port, attempts: 1)
            case .pooler: try await launcher.startPooler(from: before.port, attempts: 1, serverPort: server.port)
            }
        guard !isStopped else {
            await now.process.stop()
            return
        }
        running[part] = now
        watches.append(Self.watch(part, now.process, launcher))
    }

    /// The pooler first: it would only complain about a server that goes away.
    func stop() async {
        isStopped = true
        for part in [LocalStack.Part.pooler, .server] {
            guard let process = running[part]?.process else { continue }
            if process.ending == nil { launcher.observe(.stopping(part)) }
            await process.stop()
        }
        for watch in watches { await watch.value }
    }

    /// Tells of a server that ends by itself.
    private static func watch(
        _ part: LocalStack.Part,
        _ process: SupervisedProcess,
        _ launcher: Launcher
    ) -> Task<Void, Never> {
        Task {
            let ending = await process.ended()
            guard !process.wasAskedToStop else { return }
            let log = launcher.layout.lastLogLines(part, without: launcher.secrets.all)
            launcher.observe(.died(part, ending: ending, log: log))
        }
    }
}
