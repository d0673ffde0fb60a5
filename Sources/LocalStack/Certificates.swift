// A CA of the stack's own and a certificate for its two servers, so that clients can check whom they talk to.

enum Certificates {
    /// Makes both unless they are there. They are valid for ten years. The CA's key is thrown away: nothing more is signed with it.
    static func ensure(in layout: Layout, by host: Host) async throws {
        guard !Files.exists(layout.tls) else { return }
        let draft = layout.tls + ".new"
        try await host.run("rm", ["-rf", draft])
        try Files.makeDirectory(draft, mode: 0o700, owner: host.account)
        try Files.write(openSSLSettings, to: "\(draft)/openssl.cnf", mode: 0o600, owner: host.account)
        for step in steps {
            try await host.run("sh", ["-c", #"cd "$0" && exec openssl "$@""#, draft] + step)
        }
        for used in ["ca.key", "server.csr", "openssl.cnf"] { try Files.remove("\(draft)/\(used)") }
        try Files.move(draft, to: layout.tls)
    }

    private static let days = ["-days", "3650"]

    /// Only what OpenSSL and macOS' LibreSSL both know.
    private static let steps: [[String]] = [
        ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "ca.key"],
        [
            "req", "-new", "-x509", "-sha256", "-config", "openssl.cnf", "-extensions", "ca", "-key", "ca.key", "-out", "ca.crt",
            "-subj", "/CN=Living Lytics local CA",
        ] + days,
        ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "server.key"],
        ["req", "-new", "-sha256", "-config", "openssl.cnf", "-key", "server.key", "-out", "server.csr", "-subj", "/CN=localhost"],
        [
            "x509", "-req", "-sha256", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-set_serial", "1",
            "-extfile", "openssl.cnf", "-extensions", "server", "-out", "server.crt",
        ] + days,
    ]

    private static let openSSLSettings = """
        [req]
        distinguished_name = name
        prompt = no
        [name]
        CN = localhost
        [ca]
        basicConstraints = critical, CA:TRUE, pathlen:0
        keyUsage = critical, keyCertSign
        subjectKeyIdentifier = hash
        [server]
        basicConstraints = critical, CA:FALSE
        keyUsage = critical, digitalSignature
        extendedKeyUsage = serverAuth
        subjectAltName = DNS:localhost, IP:127.0.0.1

        """
}
