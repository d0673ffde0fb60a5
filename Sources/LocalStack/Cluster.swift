// Makes the database cluster, once, and runs SQL as its superuser.

enum Cluster {
    /// Runs initdb unless the directory holds a complete cluster. What an interrupted attempt left is cleared away: without its
    /// mark of completeness a cluster was never handed to anybody.
    static func create(in layout: Layout, secrets: Secrets, by host: Host) async throws {
        try await host.run("rm", ["-rf", layout.data])
        try await host.run(
            "initdb",
            [
                "--pgdata=\(layout.data)", "--username=supabase_admin", "--pwfile=\(layout.superuserPassword)",
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale=\(locale)", "--no-sync", "--no-instructions",
            ],
            secrets: secrets.all,
            limit: .seconds(180)
        )
    }

    static func isComplete(_ layout: Layout) -> Bool {
        Files.exists(layout.complete)
    }

    static func markComplete(_ layout: Layout, by host: Host) throws(LocalStackError) {
        try Files.write("Living Lytics made this cluster and its roles.\n", to: layout.complete, mode: 0o600, owner: host.account)
    }

    #if os(macOS)
        private static let locale = "C"
    #else
        private static let locale = "C.UTF-8"
    #endif

    /// Runs a script with psql, which stops at the first error. Passwords go through the environment and standard input, where
    /// other users cannot see them.
    @discardableResult
    static func psql(
        _ script: String,
        port: Int,
        as login: LocalStack.Login,
        in layout: Layout,
        by host: Host,
        limit: Duration = .seconds(60)
    ) async throws -> String {
        try await host.run(
            "psql",
            ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--file=-"],
            environment: [
                "PGHOST": "127.0.0.1", "PGPORT": "\(port)", "PGUSER": login.role, "PGPASSWORD": login.password,
                "PGDATABASE": "postgres", "PGSSLMODE": "verify-full", "PGSSLROOTCERT": layout.caCertificate,
                "PGCONNECT_TIMEOUT": "5",
            ],
            input: script,
            secrets: [login.password],
            limit: limit
        )
    }
}
