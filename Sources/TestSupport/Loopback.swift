// Sockets on 127.0.0.1, as the C library has them.

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

package enum Loopback {
    /// Whether somebody takes connections on this port.
    package static func answers(_ port: Int) -> Bool {
        let socket = makeSocket()
        defer { close(socket) }
        var address = Self.address(port)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, size) == 0 }
        }
    }

    static func connected(to port: Int) -> CInt {
        let socket = makeSocket()
        var address = Self.address(port)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafePointer(to: &address) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, size) } }
        return socket
    }

    static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    #if canImport(Darwin)
        static let quietly: CInt = 0
        static func makeSocket() -> CInt { socket(AF_INET, SOCK_STREAM, 0) }
    #else
        static let quietly = CInt(MSG_NOSIGNAL)
        static func makeSocket() -> CInt { socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0) }
    #endif
}
