// The stack's passwords: random, made once, kept in files that nobody else can read.

struct Secrets: Sendable {
    /// Of the role `postgres`.
    let owner: String
    /// Of the role `supabase_admin`.
    let superuser: String
    /// Of the role `pgbouncer`, with which the pooler looks up users it does not know.
    let pooler: String

    var all: [String] { [owner, superuser, pooler] }

    static func loadOrMake(in layout: Layout, for host: Host) throws(LocalStackError) -> Secrets {
        Secrets(
            owner: try loadOrMake(layout.ownerPassword, owner: host.account),
            superuser: try loadOrMake(layout.superuserPassword, owner: host.account),
            pooler: try loadOrMake(layout.poolerPassword, owner: host.account)
        )
    }

    private static func loadOrMake(_ path: String, owner: OSAccount?) throws(LocalStackError) -> String {
        if let line = try Files.read(path)?.split(whereSeparator: \.isNewline).first, !line.isEmpty { return String(line) }
        let password = random()
        try Files.write(password + "\n", to: path, mode: 0o600, owner: owner)
        return password
    }

    /// 32 characters that need no escaping in a URL, 192 bits from the system's random numbers.
    static func random() -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        return String((0..<32).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] })
    }
}
