// One process at a time uses a directory. The kernel lets go of the lock when that process ends, however it ends.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

enum DirectoryLock {
    /// Runs the body while this process holds the lock.
    ///
    /// - Throws: `LocalStackError.alreadyRunning` when another process holds it; what the body throws.
    static func holding<Result>(_ layout: Layout, _ body: () async throws -> Result) async throws -> Result {
        let path = layout.lock
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Files.failure("open", path) }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw Files.failure("lock", path) }
            let holder = try Files.read(path)?.split(whereSeparator: \.isNewline).first.flatMap { Int32($0) }
            throw LocalStackError.alreadyRunning(directory: layout.directory, processID: holder)
        }
        guard ftruncate(descriptor, 0) == 0, Files.writeAll(Array("\(getpid())\n".utf8), to: descriptor) else {
            throw Files.failure("write", path)
        }
        return try await body()
    }
}
