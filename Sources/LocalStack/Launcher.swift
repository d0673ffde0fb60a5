// Starts a server and waits until it answers.

struct Launcher: Sendable {
    let configuration: LocalStack.Configuration
    let layout: Layout
    let secrets: Secrets
    let host: Host
    let poolerVersion: Version
    let observe: @Sendable (LocalStack.Observation) -> Void

    var owner: LocalStack.Login { .init(role: "postgres", password: secrets.owner) }
    var superuser: LocalStack.Login { .init(role: "supabase_admin", password: secrets.superuser) }

    struct Running: Sendable {
        let process: SupervisedProcess
        let port: Int
    }

    private enum Attempt {
        case ready(SupervisedProcess)
        case portTaken
        /// PostgreSQL's children of a run that was killed are still about, for a moment.
        case orphansRemain
    }

    /// Starts PostgreSQL on the first port from `port` on that is free and stays so until it has it.
    func startServer(from port: Int, attempts: Int = Ports.attempts) async throws -> Running {
        try await start(.server, from: port, attempts: attempts, as: superuser) { port in
            .postgres(configuration, port: port, in: layout)
        }
    }

    /// Starts PgBouncer likewise, in front of the PostgreSQL on `serverPort`.
    func startPooler(from port: Int, attempts: Int = Ports.attempts, serverPort: Int) async throws -> Running {
        try Files.write(PoolerSettings.users(secrets), to: layout.poolerUsers, mode: 0o600, owner: host.account)
        return try await start(.pooler, from: port, attempts: attempts, as: owner) { port in
            let settings = PoolerSettings(
                configuration: configuration,
                layout: layout,
                port: port,
                serverPort: serverPort,
                version: poolerVersion
            )
            try Files.write(settings.text, to: layout.poolerSettings, mode: 0o600, owner: host.account)
            return .pgBouncer(in: layout)
        }
    }

    private func start(
        _ part: LocalStack.Part,
        from first: Int,
        attempts: Int,
        as login: LocalStack.Login,
        command: (Int) throws -> ServerCommand
    ) async throws -> Running {
        for port in first..<(first + attempts) {
            guard Ports.isFree(port) else {
                observe(.portTaken(part, port: port))
                continue
            }
            observe(.starting(part, port: port))
            let command = try command(port)
            let started = try await Poll.until(within: .seconds(15)) { () -> Attempt? in
                let attempt = try await self.attempt(command, port: port, as: login)
                if case .orphansRemain = attempt { return nil }
                return attempt
            }
            switch started {
            case .ready(let process):
                observe(.ready(part, port: port, processID: process.processID))
                return Running(process: process, port: port)
            case .portTaken:
                observe(.portTaken(part, port: port))
            case .orphansRemain, nil:
                throw notReady(part, "waited too long for the processes of an earlier run to end")
            }
        }
        throw LocalStackError.noFreePort(part, first: first, last: first + attempts - 1)
    }

    private func attempt(_ command: ServerCommand, port: Int, as login: LocalStack.Login) async throws -> Attempt {
        let process = try await SupervisedProcess.start(command, in: layout, by: host)
        var complaint = ""
        do {
            let answers = try await Poll.until(within: .seconds(60)) { () -> Bool? in
                if process.ending != nil { return false }
                guard let said = try await complaintAbout(port: port, as: login) else { return true }
                complaint = said
                return nil
            }
            if answers == true { return .ready(process) }
        } catch {
            await process.stop()
            throw error
        }
        let ending = process.ending
        await process.stop()
        guard let ending else { throw notReady(command.part, "did not answer within a minute; \(complaint)") }
        let log = try Files.read(layout.log(command.part), last: 8192) ?? ""
        if log.contains("Address already in use") { return .portTaken }
        if log.contains("pre-existing shared memory block") { return .orphansRemain }
        throw notReady(command.part, ending)
    }

    /// What psql says when it gets no answer; nil when it gets one.
    private func complaintAbout(port: Int, as login: LocalStack.Login) async throws -> String? {
        do {
            try await Cluster.psql("select 1;", port: port, as: login, in: layout, by: host, limit: .seconds(10))
            return nil
        } catch let error as LocalStackError {
            guard case .programFailed = error else { throw error }
            return error.description
        }
    }

    private func notReady(_ part: LocalStack.Part, _ reason: String) -> LocalStackError {
        .notReady(part, reason: reason, log: layout.lastLogLines(part, without: secrets.all), logFile: layout.log(part))
    }
}
