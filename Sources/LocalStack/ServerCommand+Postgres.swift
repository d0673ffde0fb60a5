// PostgreSQL's command line. All settings are on it, so that a change takes effect at the next start.

extension ServerCommand {
    static func postgres(_ configuration: LocalStack.Configuration, port: Int, in layout: Layout) -> ServerCommand {
        var settings = [
            "listen_addresses": "127.0.0.1",
            "port": "\(port)",
            // No socket files: their paths may be too long, and nobody needs them.
            "unix_socket_directories": "",
            "max_connections": "\(configuration.maxConnections)",
            "password_encryption": "scram-sha-256",
            "ssl": "on",
            "ssl_cert_file": layout.serverCertificate,
            "ssl_key_file": layout.serverKey,
            // As Supabase has it.
            "statement_timeout": "2min",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] %q%u@%d ",
            "logging_collector": "off",
        ]
        if configuration.durability == .fast {
            for name in ["fsync", "synchronous_commit", "full_page_writes"] { settings[name] = "off" }
        }
        let options = settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
        return ServerCommand(
            part: .server,
            program: "postgres",
            arguments: ["-D", layout.data] + options,
            politeSignal: "INT",
            firmSignal: "QUIT",
            patience: .seconds(10)
        )
    }
}
