// What a connection is started with.

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

enum Startup {
    typealias Parameter = (keyword: String, value: String)

    /// libpq's keywords for a URL. The host's addresses are looked up here, on a thread of their own: libpq would block on it.
    static func parameters(
        for url: ConnectionURL,
        until deadline: ContinuousClock.Instant,
        limit: Duration
    ) async throws(PostgresError) -> [Parameter] {
        var options = url.options
        if options["hostaddr"] == nil, let hosts = options["host"]?.split(separator: ","), !hosts.contains(where: { $0.hasPrefix("/") }) {
            let ports = options["port"]?.split(separator: ",") ?? ["5432"]
            var places: [(host: Substring, address: String, port: Substring)] = []
            for (index, host) in hosts.enumerated() {
                let found = try await blocking(until: deadline, limit: limit) { resolve(String(host)) }
                // Of several hosts it is enough that one is there.
                if hosts.count > 1, case .failure = found { continue }
                places += try found.get().map { (host, $0, ports[min(index, ports.count - 1)]) }
            }
            guard !places.isEmpty else { throw .unreachable("none of the hosts \(hosts.joined(separator: ", ")) could be found") }
            options["host"] = places.map(\.host).joined(separator: ",")
            options["hostaddr"] = places.map(\.address).joined(separator: ",")
            options["port"] = places.map(\.port).joined(separator: ",")
        }
        // By default libpq goes without TLS where the start-up over TLS was refused: a wrong password, too, would be sent once more, and in
        // clear. Set in any case, for PGSSLMODE may stand in somebody's environment.
        let weak: Set<String?> = [nil, "prefer", "allow"]
        if weak.contains(options["sslmode"]) { options["sslmode"] = "require" }
        options["client_encoding"] = "UTF8"
        options["fallback_application_name"] = "livinglytics"
        // From PGOPTIONS in somebody's environment it would end in "unsupported startup parameter" at the pooler.
        options["options"] = ""
        // Saves a round trip; no pooler speaks Kerberos.
        options["gssencmode"] = "disable"
        return options.map { (keyword: $0.key, value: $0.value) }.sorted { $0.keyword < $1.keyword }
    }

    private static func resolve(_ host: String) -> Result<[String], PostgresError> {
        var hints = unsafe addrinfo()
        #if canImport(Darwin)
            unsafe hints.ai_socktype = SOCK_STREAM
        #else
            unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        let failure = unsafe getaddrinfo(host, nil, &hints, &list)
        guard failure == 0 else {
            return .failure(.unreachable("could not find the host \"\(host)\": \(unsafe String(cString: gai_strerror(failure)))"))
        }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [String] = []
        var entry = unsafe list
        while let current = unsafe entry {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let named = unsafe getnameinfo(
                current.pointee.ai_addr,
                current.pointee.ai_addrlen,
                &text,
                socklen_t(text.count),
                nil,
                0,
                NI_NUMERICHOST
            )
            if named == 0 {
                let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
                let address = String(decoding: bytes, as: UTF8.self)
                if !addresses.contains(address) { addresses.append(address) }
            }
            unsafe entry = unsafe current.pointee.ai_next
        }
        return addresses.isEmpty ? .failure(.unreachable("the host \"\(host)\" has no address")) : .success(addresses)
    }

    /// What libpq gives up by itself, and would again.
    enum Complaint: Equatable {
        /// The certificate, for a reason that libpq keeps to itself.
        case certificate
        case hostName
        /// The file of certificates to check against.
        case authorities
        case settings
    }

    static func complaint(in words: String) -> Complaint? {
        let known: [(words: String, complaint: Complaint)] = [
            ("does not match host name", .hostName),
            ("root certificate file", .authorities),
            ("certificate verify failed", .certificate),
            ("no password supplied", .settings),
            ("SSL error: certificate", .settings),
            ("server does not support SSL", .settings),
            ("invalid sslmode value", .settings),
        ]
        return known.first { words.contains($0.words) }?.complaint
    }

    /// libpq's words on one line.
    static func plain(_ words: String) -> String {
        words.split(whereSeparator: \.isNewline).map { $0.trimmingPrefix(while: \.isWhitespace) }.joined(separator: " ")
    }
}
