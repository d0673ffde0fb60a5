// Where a request comes from, and which pages may use a visitor's cookie.
import HTTPTypes
import HummingbirdCore
import Identity
import NIOCore
import NIOEmbedded
import Testing

@testable import Web

@Suite struct OriginRulesTests {
    /// A proxy stands at 10.0.0.1.
    private func rules(allowing origins: String = "") throws -> OriginRules {
        OriginRules(proxies: try #require(TrustedProxies("10.0.0.1")), allowed: AllowedOrigins(origins))
    }

    /// A request with these headers, and the connection that it came by.
    /// - Parameters:
    ///   - peer: the other end's address; nil for a connection that has none.
    ///   - host: its Host header.
    private func asking<R>(
        from peer: String?,
        _ headers: [(String, String)] = [],
        host: String? = "app.example.test",
        _ body: (Request, EmbeddedChannel) throws -> R
    ) throws -> R {
        let channel = EmbeddedChannel()
        defer { _ = try? channel.finish() }
        if let peer { channel.remoteAddress = try SocketAddress(ipAddress: peer, port: 50_000) }
        var fields = HTTPFields()
        for (name, value) in headers { fields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value)) }
        let head = HTTPRequest(method: .post, scheme: "http", authority: host, path: "/v1/session", headerFields: fields)
        return try body(Request(head: head, body: RequestBody(buffer: ByteBuffer())), channel)
    }

    @Test(
        arguments: [
            ("203.0.113.9", [], "203.0.113.9"), ("203.0.113.9", [("X-Forwarded-For", "6.6.6.6")], "203.0.113.9"),
            ("10.0.0.1", [("X-Forwarded-For", "6.6.6.6, 198.51.100.7")], "198.51.100.7"),
            ("10.0.0.1", [("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-For", "198.51.100.7")], "198.51.100.7"),
            ("10.0.0.1", [("Forwarded", "for=6.6.6.6"), ("X-Real-IP", "6.6.6.6")], "10.0.0.1"), ("10.0.0.1", [], "10.0.0.1"),
            (nil, [("X-Forwarded-For", "6.6.6.6")], ""),
        ] as [(String?, [(String, String)], String)]
    )
    func failedSignInsCountByTheAddressThatATrustedProxySaw(peer: String?, headers: [(String, String)], network: String) throws {
        let rules = try rules()
        let found = try asking(from: peer, headers) { rules.network(of: $0, $1) }
        #expect(found == network)
    }

    @Test func aHouseholdOfIPv6IsOneNetwork() throws {
        let rules = try rules()
        let networks = try ["2001:db8:1:2::3", "2001:db8:1:2:ffff::4", "2001:db8:1:3::3"].map { peer in
            try asking(from: peer) { rules.network(of: $0, $1) }
        }
        #expect(networks[0] == networks[1])
        #expect(networks[0] != networks[2])
    }

    @Test(
        arguments: [
            ("127.0.0.1", [], true), ("127.9.9.9", [], true), ("::1", [], true), ("10.0.0.1", [], false), ("203.0.113.9", [], false),
            ("fe80::1", [], false), (nil, [], false),
            // A proxy on this machine: whoever asks it may be anywhere.
            ("127.0.0.1", [("X-Forwarded-For", "127.0.0.1")], false), ("127.0.0.1", [("X-Forwarded-For", "")], false),
            ("::1", [("Forwarded", "for=127.0.0.1")], false), ("127.0.0.1", [("X-Real-IP", "192.0.2.1")], false),
            ("127.0.0.1", [("Via", "1.1 proxy")], false), ("127.0.0.1", [("x-forwarded-proto", "https")], false),
        ] as [(String?, [(String, String)], Bool)]
    )
    func somebodyAtThisMachineIsNobodyBehindAProxy(peer: String?, headers: [(String, String)], isHere: Bool) throws {
        let rules = try rules()
        for host in ["127.0.0.1:8080", "localhost", "[::1]:8080"] {
            let found = try asking(from: peer, headers, host: host) { rules.isAtThisMachine($0, $1) }
            #expect(found == isHere, "\(host)")
        }
        // Whoever asks for another name came by a proxy, or by a name that leads here.
        for host in ["app.example.test", "localhost.example.test", "127.0.0.1.example.test:80", "[2001:db8::1]", "", nil] {
            #expect(try !asking(from: peer, headers, host: host) { rules.isAtThisMachine($0, $1) }, "\(host ?? "none")")
        }
    }

    @Test(
        arguments: [
            ("10.0.0.1", [("X-Forwarded-Proto", "https")], true), ("10.0.0.1", [("X-Forwarded-Proto", "http")], false),
            ("10.0.0.1", [], false), ("203.0.113.9", [("X-Forwarded-Proto", "https")], false),
            (nil, [("X-Forwarded-Proto", "https")], false),
        ] as [(String?, [(String, String)], Bool)]
    )
    func onlyATrustedProxySaysThatTheBrowserSpeaksTLS(peer: String?, headers: [(String, String)], isTLS: Bool) throws {
        let rules = try rules()
        let found = try asking(from: peer, headers) { rules.isTLS($0, $1) }
        #expect(found == isTLS)
    }

    /// From an address that is no proxy's, to app.example.test.
    @Test(
        arguments: [
            ("https://app.example.test", true), ("http://app.example.test", true),
            // Named by ALLOW_ORIGINS, exactly.
            ("https://other.example.test", true), ("http://other.example.test", false), ("https://other.example.test:8443", false),
            ("https://other.example.test/", false),
            ("https://evil.test", false), ("https://app.example.test.evil.test", false), ("https://evil.test/app.example.test", false),
            ("https://sub.app.example.test", false), ("https://app.example.test:8443", false), ("https://app.example.test/", false),
            ("https://user@app.example.test", false), ("https://evil.test://app.example.test", false), ("ftp://app.example.test", false),
            ("chrome-extension://app.example.test", false), ("app.example.test", false), ("://app.example.test", false), ("null", false),
            ("", false), ("*", false),
        ]
    )
    func aPageMayActWhereItIsOursOrNamed(origin: String, mayAct: Bool) throws {
        for origins in ["https://other.example.test", "*, https://other.example.test"] {
            let rules = try rules(allowing: origins)
            let found = try asking(from: "203.0.113.9", [("Origin", origin)]) { rules.mayAct($0, $1) }
            #expect(found == mayAct, "\(origins)")
        }
    }

    @Test func aRequestThatDoesNotSayWhoseItIsMayNot() throws {
        let rules = try rules(allowing: "*")
        for peer in ["203.0.113.9", "127.0.0.1", "10.0.0.1"] {
            let withoutOrigin = try asking(from: peer) { rules.mayAct($0, $1) }
            #expect(!withoutOrigin, "\(peer)")
            let withoutHost = try asking(from: peer, [("Origin", "https://app.example.test")], host: nil) { rules.mayAct($0, $1) }
            #expect(!withoutHost, "\(peer)")
        }
    }

    /// The proxy asked us for app.example.test, and the browser asked it for www.example.test.
    @Test(
        arguments: [
            ("10.0.0.1", "https", "https://www.example.test", true), ("10.0.0.1", "http", "https://www.example.test", true),
            ("10.0.0.1", "http", "http://www.example.test", true),
            // A page that came without TLS may be anybody's on the way.
            ("10.0.0.1", "https", "http://www.example.test", false),
            ("10.0.0.1", "https", "https://app.example.test", false),
            // Whoever is no proxy says nothing about who he asked.
            ("203.0.113.9", "https", "https://www.example.test", false), ("203.0.113.9", "https", "https://app.example.test", true),
        ]
    )
    func aTrustedProxySaysWhatTheBrowserAskedFor(peer: String, scheme: String, origin: String, mayAct: Bool) throws {
        let rules = try rules()
        let headers = [("Origin", origin), ("X-Forwarded-Proto", scheme), ("X-Forwarded-Host", "www.example.test")]
        let found = try asking(from: peer, headers) { rules.mayAct($0, $1) }
        #expect(found == mayAct)
    }
}
