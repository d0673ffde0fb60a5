// Small files with exact owners and modes, on plain POSIX calls. Symbolic links are never followed when writing: as root we
// write into a directory that another user owns.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

enum Files {
    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    static func isExecutable(_ path: String) -> Bool {
        access(path, X_OK) == 0
    }

    /// The path seen from the root directory; `..` and symbolic links stay as they are.
    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let current = getcwd(nil, 0) else { return path }
        defer { free(current) }
        return "\(String(cString: current))/\(path)"
    }

    /// The path without symbolic links. It must exist.
    static func resolved(_ path: String) throws(LocalStackError) -> String {
        guard let real = realpath(path, nil) else { throw failure("find", path) }
        defer { free(real) }
        return String(cString: real)
    }

    /// Makes the directory and those above it (mode 0755); the last one gets `mode` and `owner`. Leaves an existing one alone.
    static func makeDirectory(_ path: String, mode: mode_t, owner: OSAccount?) throws(LocalStackError) {
        guard !exists(path) else { return }
        let parent = path.split(separator: "/", omittingEmptySubsequences: true).dropLast().joined(separator: "/")
        if !parent.isEmpty { try makeDirectory("/" + parent, mode: 0o755, owner: nil) }
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw failure("make", path) }
        guard chmod(path, mode) == 0 else { throw failure("set the mode of", path) }
        if let owner, chown(path, owner.userID, owner.groupID) != 0 { throw failure("give \(owner.name)", path) }
    }

    /// Replaces the file as a whole, or makes it: readers see the old text or the new.
    static func write(_ text: String, to path: String, mode: mode_t, owner: OSAccount?) throws(LocalStackError) {
        let draft = path + ".new"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure("write", path) }
        defer { close(descriptor) }
        if let owner, fchown(descriptor, owner.userID, owner.groupID) != 0 { throw failure("give \(owner.name)", path) }
        guard writeAll(Array(text.utf8), to: descriptor), rename(draft, path) == 0 else { throw failure("write", path) }
    }

    /// Writes everything, however the kernel divides it.
    static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { buffer in unsafeWrite(descriptor, buffer) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// The end of a text file, at most `limit` bytes of it; nil when there is no such file.
    static func read(_ path: String, last limit: Int = 1 << 20) throws(LocalStackError) -> String? {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("read", path)
        }
        defer { close(descriptor) }
        let size = lseek(descriptor, 0, SEEK_END)
        // Files below /proc have no size and cannot be read from their end.
        lseek(descriptor, size > off_t(limit) ? size - off_t(limit) : 0, SEEK_SET)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        while bytes.count < limit {
            let count = buffer.withUnsafeMutableBytes { unsafeRead(descriptor, $0) }
            guard count >= 0 else { throw failure("read", path) }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func remove(_ path: String) throws(LocalStackError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("remove", path) }
    }

    static func move(_ path: String, to destination: String) throws(LocalStackError) {
        guard rename(path, destination) == 0 else { throw failure("move", path) }
    }

    static func failure(_ action: String, _ path: String, errno code: Int32 = errno) -> LocalStackError {
        .file(action, path: path, reason: String(cString: strerror(code)))
    }

    private static func unsafeWrite(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer) -> Int {
        #if canImport(Darwin)
            Darwin.write(descriptor, buffer.baseAddress, buffer.count)
        #elseif canImport(Musl)
            Musl.write(descriptor, buffer.baseAddress, buffer.count)
        #else
            Glibc.write(descriptor, buffer.baseAddress, buffer.count)
        #endif
    }

    private static func unsafeRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        #if canImport(Darwin)
            Darwin.read(descriptor, buffer.baseAddress, buffer.count)
        #elseif canImport(Musl)
            Musl.read(descriptor, buffer.baseAddress, buffer.count)
        #else
            Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        #endif
    }
}
