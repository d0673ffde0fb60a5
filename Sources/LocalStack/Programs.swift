// Finds the programs of PostgreSQL and PgBouncer, which packages often leave outside of PATH.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

struct Programs: Sendable, Hashable {
    /// The PATH all of them are found on, and run with. PostgreSQL's own directory comes first: Debian's `psql` on PATH is a
    /// wrapper that looks for clusters of its own.
    let searchPath: String

    private static let required = ["initdb", "postgres", "psql", "pgbouncer", "openssl"]
    /// What changes the user when this process is root; macOS has no need of it.
    #if canImport(Darwin)
        static let requiredOfRoot: [String] = []
    #else
        static let requiredOfRoot = ["setpriv"]
    #endif
    static let newestMajor = 40
    static let oldestMajor = 15

    /// - Parameters:
    ///   - path: PATH as this process has it.
    ///   - fallbacks: directories to look in after it.
    static func find(
        path: String = getenv("PATH").map { String(cString: $0) } ?? "",
        fallbacks: [String] = fallbackDirectories(),
        forRoot: Bool = geteuid() == 0
    ) throws(LocalStackError) -> Programs {
        var directories = path.split(separator: ":").map(String.init).filter { $0.hasPrefix("/") } + fallbacks
        if let home = directories.first(where: { holds("initdb", $0) && holds("postgres", $0) }) {
            directories.insert(home, at: 0)
        }
        let missing = (required + (forRoot ? requiredOfRoot : [])).filter { name in !directories.contains { holds(name, $0) } }
        guard missing.isEmpty else { throw .programsMissing(missing) }
        return Programs(searchPath: directories.joined(separator: ":"))
    }

    private static func holds(_ name: String, _ directory: String) -> Bool {
        Files.isExecutable("\(directory)/\(name)")
    }

    /// Where Debian, Red Hat, Homebrew and Postgres.app put PostgreSQL, the newest version first; then PgBouncer and the shell.
    static func fallbackDirectories() -> [String] {
        let patterns: [(Int) -> String] = [
            { "/usr/lib/postgresql/\($0)/bin" }, { "/usr/pgsql-\($0)/bin" },
            { "/opt/homebrew/opt/postgresql@\($0)/bin" }, { "/usr/local/opt/postgresql@\($0)/bin" },
            { "/Applications/Postgres.app/Contents/Versions/\($0)/bin" },
        ]
        let versions = stride(from: newestMajor, through: oldestMajor, by: -1)
        return versions.flatMap { version in patterns.map { $0(version) } }.filter(Files.exists)
            + ["/opt/homebrew/bin", "/usr/local/bin", "/opt/homebrew/sbin", "/usr/local/sbin"]
            + ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]
    }
}
