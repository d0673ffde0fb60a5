// What stands around signing in: who is slowed down, codes, where somebody comes from, and what is kept of a sign-in.
import AsyncHTTPClient
import Domain
import Hummingbird
import NIOCore
import Testing

@testable import Identity

@Suite struct FailedSignInsTests {
    private let clock: HandClock
    private let failed: FailedSignIns

    init() {
        let clock = HandClock()
        self.clock = clock
        failed = FailedSignIns(now: { clock.now })
    }

    /// - Returns: nil where the attempt may be made; else how long whoever makes it has to wait.
    private func wait(_ address: String = "192.0.2.1") -> Duration? {
        do throws(TooManyAttempts) {
            _ = try failed.begin(from: address)
            return nil
        } catch {
            return error.retryAfter
        }
    }

    @Test func tenMayFailAndTheNextHasToWait() {
        for _ in 0..<10 { #expect(wait() == nil) }
        #expect(wait() == .seconds(600))
        clock.advance(by: .seconds(599))
        // What was refused is no attempt: it makes nobody wait longer.
        for _ in 0..<10 { #expect(wait() == .seconds(1)) }
        clock.advance(by: .seconds(1))
        for _ in 0..<10 { #expect(wait() == nil) }
        #expect(wait() == .seconds(600))
    }

    @Test func nobodyWaitsForAnother() {
        for _ in 0..<10 { #expect(wait("192.0.2.1") == nil) }
        for _ in 0..<10 { #expect(wait("192.0.2.2") == nil) }
        #expect(wait("192.0.2.1") != nil)
        #expect(wait("192.0.2.2") != nil)
        #expect(wait("192.0.2.3") == nil)
    }

    /// The span is that before each attempt, and not one that begins anew every ten minutes.
    @Test func theOldestOfTheLastTenDecides() {
        for _ in 0..<10 {
            #expect(wait() == nil)
            clock.advance(by: .seconds(60))
        }
        // Of 0, 60, …, 540 seconds after the first, the first counts no more.
        #expect(wait() == nil)
        #expect(wait() == .seconds(60))
        clock.advance(by: .milliseconds(59_999))
        #expect(wait() == .milliseconds(1))
        clock.advance(by: .milliseconds(1))
        #expect(wait() == nil)
        #expect(wait() == .seconds(60))
    }

    @Test func whatWentWellDoesNotCount() throws {
        for _ in 0..<9 { #expect(wait() == nil) }
        for _ in 0..<50 {
            let attempt = try failed.begin(from: "192.0.2.1")
            failed.takeBack(attempt)
            clock.advance(by: .milliseconds(1))
        }
        #expect(wait() == nil)
        #expect(wait() != nil)
    }

    /// Whoever tries many at once is not let through before the first of them has failed.
    @Test func anAttemptCountsFromItsBeginning() throws {
        let attempts = try (0..<10).map { _ in try failed.begin(from: "192.0.2.1") }
        #expect(wait() != nil)
        failed.takeBack(attempts[3])
        #expect(wait() == nil)
        #expect(wait() != nil)
    }
}

@Suite struct SignInCodesTests {
    @Test func aCodeIsGoodOnce() {
        let codes = SignInCodes()
        let code = codes.make(for: "somebody@example.test")
        #expect(codes.use(code) == "somebody@example.test")
        #expect(codes.use(code) == nil)
    }

    @Test func aWrongCodeOpensNothingAndUsesUpNone() {
        let codes = SignInCodes()
        let (mine, yours) = (codes.make(for: "me@example.test"), codes.make(for: "you@example.test"))
        #expect(mine != yours)
        for wrong in ["", " ", String(mine.dropLast()), mine + "x", mine.lowercased() + "!", "me@example.test"] {
            #expect(codes.use(wrong) == nil, "\(wrong)")
        }
        #expect(codes.use(yours) == "you@example.test")
        #expect(codes.use(mine) == "me@example.test")
    }

    @Test func aCodeIsGoodForFiveMinutes() {
        let clock = HandClock()
        let codes = SignInCodes(now: { clock.now })
        let (first, second) = (codes.make(for: "a@example.test"), codes.make(for: "b@example.test"))
        clock.advance(by: .milliseconds(299_999))
        #expect(codes.use(first) == "a@example.test")
        clock.advance(by: .milliseconds(1))
        #expect(codes.use(second) == nil)
    }
}

@Suite struct TrustedProxiesTests {
    @Test(arguments: [
        "", ",", "10.0.0.1", "10.0.0.0/8", "10.1.2.3/8", " 10.0.0.1 , ::1/128,", "0.0.0.0/0", "::/0", "fd00::/8",
        "::ffff:10.0.0.1", "::1/0",
    ])
    func areAddressesAndRanges(text: String) {
        let areSome = TrustedProxies(text) != nil
        #expect(areSome)
    }

    @Test(arguments: [
        "x", "localhost", "proxy.example.test", "10.0.0", "10", "10.0.0.256", "010.0.0.1", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/",
        "10.0.0.0/8/8", "/8", "10.0.0.0/x", "10.0.0.0/255.0.0.0", "::1/129", "10.0.0.1:80", "[::1]", "fe80::1%eth0",
        "10.0.0.1;10.0.0.2", "10.0.0.1 10.0.0.2", "10.0.0.1,x", "*", "::ffff:10.0.0.0/104",
    ])
    func nothingElseIs(text: String) {
        let areSome = TrustedProxies(text) != nil
        #expect(!areSome)
    }

    @Test(arguments: [
        ("10.0.0.0", true), ("10.127.255.255", true), ("10.128.0.0", false), ("9.255.255.255", false), ("11.0.0.0", false),
        ("192.0.2.7", true), ("192.0.2.6", false), ("192.0.2.8", false), ("::ffff:10.1.2.3", true), ("::ffff:192.0.2.7", true),
        ("::ffff:192.0.2.8", false), ("::10.1.2.3", false),
        ("2001:db8::", true), ("2001:db8:7fff:ffff::1", true), ("2001:db8:8000::", false), ("2001:DB8:0:0:0:0:0:1", true),
        ("fd00::1", true), ("fd00:0:0::1", true), ("fd00::2", false), ("::1", false), ("127.0.0.1", false), ("", false), ("x", false),
        ("10.0.0.0/9", false), ("10.0.0.1, 10.0.0.2", false),
    ])
    func contain(address: String, isIn: Bool) throws {
        let proxies = try #require(TrustedProxies("10.0.0.0/9, 192.0.2.7, 2001:db8::/33, fd00::1"))
        #expect(proxies.contain(address) == isIn)
    }

    @Test func rangesOfOneKindHoldNoneOfTheOther() throws {
        let (four, six) = (try #require(TrustedProxies("0.0.0.0/0")), try #require(TrustedProxies("::/0")))
        for address in ["0.0.0.0", "203.0.113.9", "255.255.255.255", "::ffff:203.0.113.9"] {
            #expect(four.contain(address) && !six.contain(address), "\(address)")
        }
        for address in ["::", "::1", "2001:db8::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"] {
            #expect(six.contain(address) && !four.contain(address), "\(address)")
        }
        #expect(!TrustedProxies.none.contain("127.0.0.1"))
    }

    /// The proxies are 10.0.0.0/8 and fd00::/8; 198.51.100.7 is whoever sent the request, and 6.6.6.6 his invention.
    @Test(
        arguments: [
            // No proxy, and what it sends counts for nothing.
            ("203.0.113.9", [], "203.0.113.9"), ("203.0.113.9", ["6.6.6.6"], "203.0.113.9"), ("203.0.113.9", ["10.0.0.2"], "203.0.113.9"),
            ("", [], ""), ("", ["6.6.6.6"], ""),
            // One proxy.
            ("10.0.0.1", [], "10.0.0.1"), ("10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
            ("10.0.0.1", ["6.6.6.6, 198.51.100.7"], "198.51.100.7"), ("10.0.0.1", ["6.6.6.6", "198.51.100.7"], "198.51.100.7"),
            ("10.0.0.1", ["10.0.0.9, 6.6.6.6, 198.51.100.7"], "198.51.100.7"), ("10.0.0.1", ["x, 198.51.100.7"], "198.51.100.7"),
            ("10.0.0.1", [" 6.6.6.6 ,\t198.51.100.7 "], "198.51.100.7"), ("10.0.0.1", ["198.51.100.7,,"], "198.51.100.7"),
            ("10.0.0.1", ["", ""], "10.0.0.1"),
            // A chain of them.
            ("10.0.0.1", ["198.51.100.7, 10.0.0.2"], "198.51.100.7"), ("10.0.0.1", ["198.51.100.7", "10.0.0.3, 10.0.0.2"], "198.51.100.7"),
            ("10.0.0.1", ["6.6.6.6, 198.51.100.7, 10.0.0.3, 10.0.0.2"], "198.51.100.7"), ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            // What is no address ends what can be believed.
            ("10.0.0.1", ["unknown"], "10.0.0.1"), ("10.0.0.1", ["198.51.100.7, unknown"], "10.0.0.1"),
            ("10.0.0.1", ["198.51.100.7, unknown, 10.0.0.2"], "10.0.0.2"), ("10.0.0.1", ["198.51.100.7:4711"], "198.51.100.7"),
            ("10.0.0.1", ["[2001:db8::5]:443"], "2001:db8::5"), ("10.0.0.1", ["6.6.6.6, 198.51.100.7/32"], "10.0.0.1"),
            // IPv6.
            ("fd00::1", ["2001:db8::5"], "2001:db8::5"), ("fd00::1", ["6.6.6.6, 2001:db8::5, fd00::2"], "2001:db8::5"),
            ("::ffff:10.0.0.1", ["198.51.100.7"], "198.51.100.7"), ("10.0.0.1", ["198.51.100.7, ::ffff:10.0.0.2"], "198.51.100.7"),
            ("::ffff:203.0.113.9", ["6.6.6.6"], "::ffff:203.0.113.9"),
        ] as [(String, [String], String)]
    )
    func tellWhoSentARequest(peer: String, forwarded: [String], client: String) throws {
        let proxies = try #require(TrustedProxies("10.0.0.0/8,fd00::/8"))
        #expect(proxies.client(peer: peer, forwarded: forwarded) == client)
    }

    @Test func nobodysWordIsTakenWhereNoneIsTrusted() {
        #expect(TrustedProxies.none.client(peer: "127.0.0.1", forwarded: ["6.6.6.6"]) == "127.0.0.1")
    }

    /// A household has a /64 at least, and so has a rented machine.
    @Test func attemptsOfOneNetworkCountTogether() {
        let network = TrustedProxies.network(of: "2001:db8:1:2:3:4:5:6")
        for address in ["2001:db8:1:2::", "2001:DB8:1:2::9", "2001:0db8:0001:0002:ffff:ffff:ffff:ffff"] {
            #expect(TrustedProxies.network(of: address) == network, "\(address)")
        }
        for address in ["2001:db8:1:3::", "2001:db8:1:2003:4:5:6:7", "2001:db8:12::", "::1", "192.0.2.1"] {
            #expect(TrustedProxies.network(of: address) != network, "\(address)")
        }
        #expect(TrustedProxies.network(of: "192.0.2.1") != TrustedProxies.network(of: "192.0.2.2"))
    }

    @Test func anAddressInsideIPv6IsTheAddress() {
        #expect(TrustedProxies.network(of: "::ffff:192.0.2.1") == TrustedProxies.network(of: "192.0.2.1"))
        #expect(TrustedProxies.network(of: "::ffff:192.0.2.1") != TrustedProxies.network(of: "::ffff:192.0.2.2"))
    }
}

@Suite(.timeLimit(.minutes(10))) struct KeptGrantTests {
    private static let cookie = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"

    private func kept() throws -> KeptGrant {
        let subject = try #require(SubjectID("6f1c3d6e-0d3b-4c39-9d3e-6a3f0c1b2a4d"))
        return KeptGrant(
            Grant(
                subject: subject,
                email: nil,
                refreshToken: "the refresh token",
                accessToken: "the access token",
                endsAt: 4_102_444_800
            )
        )
    }

    private func isOpened(_ sealed: [UInt8], by cookie: String) -> Bool { KeptGrant(sealed, cookie: cookie) != nil }

    @Test func opensWithTheCookieThatItWasSealedWithAlone() throws {
        let sealed = try kept().sealed(with: Self.cookie)
        #expect(isOpened(sealed, by: Self.cookie))
        for other in ["", String(Self.cookie.dropLast()), Self.cookie + "x", Self.cookie.lowercased(), String(Self.cookie.reversed())] {
            #expect(!isOpened(sealed, by: other), "\(other)")
        }
    }

    @Test func whatIsNotAsItWasSealedDoesNotOpen() throws {
        let sealed = try kept().sealed(with: Self.cookie)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(!isOpened(changed, by: Self.cookie), "byte \(index)")
        }
        for count in [0, 1, 12, 28, sealed.count - 1] { #expect(!isOpened(Array(sealed.prefix(count)), by: Self.cookie), "\(count) bytes") }
        #expect(!isOpened(sealed + [0], by: Self.cookie))
    }

    @Test func nobodySeesInItWhatItHoldsNorThatItIsTheSame() throws {
        let (first, second) = (try kept().sealed(with: Self.cookie), try kept().sealed(with: Self.cookie))
        #expect(first != second)
        #expect(!String(decoding: first, as: UTF8.self).contains("token"))
    }

    /// A server in the place of Supabase Auth takes the refresh token, and no other.
    @Test func whatWasSealedComesBack() async throws {
        let router = Router()
        router.post("/auth/v1/token") { request, _ in
            let body = String(buffer: try await request.body.collect(upTo: 10_000))
            guard body == #"{"refresh_token":"the refresh token"}"# else { return Response(status: .badRequest) }
            let grant = """
                {"access_token":"a","refresh_token":"b","expires_at":4102444801,\
                "user":{"id":"6f1c3d6e-0d3b-4c39-9d3e-6a3f0c1b2a4d","email":"somebody@example.test"}}
                """
            return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: grant)))
        }
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { found.yield($0.localAddress?.port ?? 0) }
        )
        let opened = try #require(KeptGrant(try kept().sealed(with: Self.cookie), cookie: Self.cookie))
        let renewed = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            let port = try #require(await ports.first { _ in true })
            let renewed = try await opened.renewed(by: SupabaseAuth(url: "http://127.0.0.1:\(port)", anonKey: "", client: .shared))
            group.cancelAll()
            return renewed
        }
        #expect(renewed.endsAt == 4_102_444_801)
        #expect(renewed.email == "somebody@example.test")
    }
}
