// Finds free ports by binding them.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

enum Ports {
    /// How many ports are tried, one after the other.
    static let attempts = 200

    /// Whether a server could listen on the port of 127.0.0.1 just now. Another process may still be quicker.
    static func isFree(_ port: Int) -> Bool {
        guard let number = in_port_t(exactly: port), number > 0 else { return false }
        #if canImport(Darwin)
            let handle = socket(AF_INET, SOCK_STREAM, 0)
        #elseif canImport(Musl)
            let handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)
        #else
            let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        #endif
        guard handle >= 0 else { return false }
        defer { close(handle) }
        // As the servers do: connections of a run before that are still in TIME_WAIT do not count.
        var yes: Int32 = 1
        setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = number.bigEndian
        address.sin_addr.s_addr = (0x7f00_0001 as UInt32).bigEndian
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
