// The operating system's user the servers run as, when it cannot be ours.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

struct OSAccount: Sendable, Hashable {
    let name: String
    let userID: uid_t
    let groupID: gid_t

    /// `postgres` when this process is root, since initdb, postgres and pgbouncer refuse root; otherwise nil: our own user.
    static func forServers() throws(LocalStackError) -> OSAccount? {
        guard geteuid() == 0 else { return nil }
        return try named("postgres")
    }

    static func named(_ name: String) throws(LocalStackError) -> OSAccount {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16384)
        guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { throw .noAccount(name) }
        return OSAccount(name: name, userID: entry.pw_uid, groupID: entry.pw_gid)
    }
}
