// The life of a stack, from an empty directory to the body and back.

extension LocalStack {
    /// Runs the body with both servers up, and stops them when it returns, throws, or this process dies of anything.
    ///
    /// Data and passwords stay in the directory from run to run; ports may change. The body is not cancelled when a server
    /// dies: that is observed, and `restart` brings it back.
    ///
    /// - Parameter observe: called with what happens, from any thread.
    /// - Throws: `LocalStackError` when there is no stack to be had, or what the body throws.
    package static func withRunning<Result>(
        _ configuration: Configuration,
        observe: @escaping @Sendable (Observation) -> Void = { _ in },
        _ body: (LocalStack) async throws -> Result
    ) async throws -> Result {
        let host = Host(programs: try Programs.find(), account: try OSAccount.forServers())
        let poolerVersion = try await checkedVersions(host)
        let layout = try await prepareDirectory(configuration.directory, host)
        return try await DirectoryLock.holding(layout) {
            try await Leftovers.stop(in: layout, by: host, observe: observe)
            try await Certificates.ensure(in: layout, by: host)
            let launcher = Launcher(
                configuration: configuration,
                layout: layout,
                secrets: try Secrets.loadOrMake(in: layout, for: host),
                host: host,
                poolerVersion: poolerVersion,
                observe: observe
            )
            let server = try await startServer(launcher)
            let pooler: Launcher.Running
            do {
                pooler = try await launcher.startPooler(from: configuration.preferredPoolerPort, serverPort: server.port)
            } catch {
                await server.process.stop()
                throw error
            }
            let servers = Servers(launcher, server: server, pooler: pooler)
            do {
                let result = try await body(LocalStack(launcher, servers, serverPort: server.port, poolerPort: pooler.port))
                await servers.stop()
                return result
            } catch {
                await servers.stop()
                throw error
            }
        }
    }

    private init(_ launcher: Launcher, _ servers: Servers, serverPort: Int, poolerPort: Int) {
        directory = launcher.layout.directory
        pooler = Endpoint(host: "127.0.0.1", port: poolerPort)
        server = Endpoint(host: "127.0.0.1", port: serverPort)
        owner = launcher.owner
        superuser = launcher.superuser
        caCertificate = launcher.layout.caCertificate
        self.servers = servers
    }

    /// Starts PostgreSQL; the first time in a directory it makes the cluster and its roles.
    private static func startServer(_ launcher: Launcher) async throws -> Launcher.Running {
        let layout = launcher.layout
        let isNew = !Cluster.isComplete(layout)
        if isNew {
            launcher.observe(.initialising(directory: layout.directory))
            try await Cluster.create(in: layout, secrets: launcher.secrets, by: launcher.host)
        }
        let server = try await launcher.startServer(from: launcher.configuration.preferredServerPort)
        guard isNew else { return server }
        do {
            let script = Bootstrap.script(launcher.secrets)
            try await Cluster.psql(script, port: server.port, as: launcher.superuser, in: layout, by: launcher.host)
            try Cluster.markComplete(layout, by: launcher.host)
            return server
        } catch {
            await server.process.stop()
            throw error
        }
    }

    /// PgBouncer's version; both it and PostgreSQL must be new enough.
    private static func checkedVersions(_ host: Host) async throws -> Version {
        let needed = [("postgres", Version(Programs.oldestMajor)), ("pgbouncer", Version(1, 18))]
        var found = Version(0)
        for (name, oldest) in needed {
            found = Version(in: try await host.run(name, ["--version"])) ?? Version(0)
            guard found >= oldest else {
                throw LocalStackError.programTooOld(name, found: "\(found)", needed: "\(oldest)")
            }
        }
        return found
    }

    /// Makes the directory, and makes sure that whoever runs the servers can write to it.
    private static func prepareDirectory(_ path: String, _ host: Host) async throws -> Layout {
        let path = Files.absolute(path)
        try Files.makeDirectory(path, mode: 0o700, owner: host.account)
        let layout = Layout(directory: try Files.resolved(path))
        do {
            try await host.run("sh", ["-c", "cd \"$0\" && test -w . && chmod 700 .", layout.directory])
        } catch LocalStackError.programFailed {
            let user = host.account.map { "the user \($0.name), whom the servers run as," } ?? "this user"
            throw LocalStackError.directoryUnusable(
                layout.directory,
                reason: "\(user) cannot enter it or write to it, or does not own it"
            )
        }
        return layout
    }
}
