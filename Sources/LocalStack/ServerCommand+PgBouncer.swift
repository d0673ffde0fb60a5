// PgBouncer's settings, its list of users, and its command line.

extension ServerCommand {
    /// PgBouncer keeps nothing that matters: it gets less time than PostgreSQL. SIGINT lets transactions finish, a SIGTERM that
    /// follows ends it at once, in 1.18 as in 1.23 (where SIGTERM alone waits for clients to leave).
    static func pgBouncer(in layout: Layout) -> ServerCommand {
        ServerCommand(
            part: .pooler,
            program: "pgbouncer",
            arguments: [layout.poolerSettings],
            politeSignal: "INT",
            firmSignal: "TERM",
            patience: .seconds(2)
        )
    }
}

struct PoolerSettings {
    let configuration: LocalStack.Configuration
    let layout: Layout
    let port: Int
    let serverPort: Int
    let version: Version

    /// Named prepared statements came with 1.21, and older ones do not know the setting. They stay off, as in 1.18 and on Supavisor.
    private var preparedStatements: String {
        version < Version(1, 21) ? "" : "max_prepared_statements = 0"
    }

    /// pgbouncer.ini. Start-up parameters are not ignored, so `options` is refused as it is elsewhere.
    ///
    /// Users that are not on the list are looked up in the server, so that a role made by a migration can log in too. The role
    /// that looks is no superuser: `drop database … with (force)` by `postgres` could not end its connections.
    var text: String {
        """
        [databases]
        * = host=127.0.0.1 port=\(serverPort)

        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = \(port)
        unix_socket_dir =
        pool_mode = transaction
        default_pool_size = \(configuration.poolSize)
        max_client_conn = \(configuration.maxClients)
        query_wait_timeout = 60
        server_idle_timeout = 20
        server_login_retry = 1
        \(preparedStatements)

        auth_type = scram-sha-256
        auth_file = \(layout.poolerUsers)
        auth_user = pgbouncer
        auth_query = SELECT usename, passwd FROM pg_catalog.pg_shadow WHERE usename = $1
        admin_users = postgres
        stats_users = postgres

        client_tls_sslmode = require
        client_tls_key_file = \(layout.serverKey)
        client_tls_cert_file = \(layout.serverCertificate)
        server_tls_sslmode = require

        """
    }

    static func users(_ secrets: Secrets) -> String {
        """
        "postgres" "\(secrets.owner)"
        "supabase_admin" "\(secrets.superuser)"
        "pgbouncer" "\(secrets.pooler)"

        """
    }
}
