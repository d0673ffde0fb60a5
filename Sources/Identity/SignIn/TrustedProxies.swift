// TRUSTED_PROXIES: whose word counts about where a request came from.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Addresses and ranges of addresses (CIDR, RFC 4632) of proxies that stand before this server.
package struct TrustedProxies: Sendable {
    private struct Range: Sendable {
        let prefix: [UInt8]
        let bits: Int

        func contains(_ address: [UInt8]) -> Bool {
            address.count == prefix.count
                && zip(prefix, address).enumerated().allSatisfy { index, pair in
                    let shown = min(max(bits - index * 8, 0), 8)
                    let mask = UInt8(truncatingIfNeeded: 0xFF00 >> shown)
                    return pair.0 & mask == pair.1 & mask
                }
        }
    }

    private let ranges: [Range]

    /// Nobody's word is taken.
    package static let none = TrustedProxies(ranges: [])

    private init(ranges: [Range]) {
        self.ranges = ranges
    }

    /// - Parameter text: comma-separated; nil for a part that is no address and no range.
    package init?(_ text: String) {
        var ranges: [Range] = []
        for part in text.split(separator: ",") {
            let pieces = part.filter { $0 != " " }.split(separator: "/", omittingEmptySubsequences: false)
            guard let first = pieces.first, let address = Self.bytes(String(first)), pieces.count <= 2 else { return nil }
            let bits = pieces.count == 2 ? Int(pieces[1]) : address.count * 8
            guard pieces.count == 1 || pieces[1].utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains), let bits,
                (0...address.count * 8).contains(bits)
            else { return nil }
            ranges.append(Range(prefix: address, bits: bits))
        }
        self.ranges = ranges
    }

    package func contain(_ address: String) -> Bool {
        guard let bytes = Self.bytes(address) else { return false }
        return ranges.contains { $0.contains(bytes) }
    }

    /// Who sent a request: the last address that no trusted proxy has.
    /// - Parameters:
    ///   - peer: the other end of the connection.
    ///   - forwarded: the values of `X-Forwarded-For`. What stands before the word of a trusted proxy is anybody's invention.
    package func client(peer: String, forwarded: [String]) -> String {
        var client = peer
        for hop in forwarded.joined(separator: ",").split(separator: ",").reversed() {
            guard contain(client) else { break }
            let hop = Self.withoutPort(String(hop.filter { $0 != " " && $0 != "\t" }))
            guard Self.bytes(hop) != nil else { break }
            client = hop
        }
        return client
    }

    /// What attempts are counted by: an IPv4 address, or the /64 that one household or machine has of IPv6.
    package static func network(of address: String) -> String {
        guard let bytes = bytes(address) else { return address }
        if bytes.count == 4 { return bytes.map { "\($0)" }.joined(separator: ".") }
        return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
    }

    /// Some load balancers write `192.0.2.1:5678`, or `[2001:db8::1]:5678`.
    private static func withoutPort(_ hop: String) -> String {
        if hop.hasPrefix("["), let end = hop.firstIndex(of: "]") { return String(hop[..<end].dropFirst()) }
        let parts = hop.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 ? String(parts[0]) : hop
    }

    /// Four bytes, or sixteen. An IPv4 address inside IPv6 (`::ffff:192.0.2.1`) is the IPv4 address.
    private static func bytes(_ text: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: &six) { Array($0) }
        return bytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] ? Array(bytes.suffix(4)) : bytes
    }
}
