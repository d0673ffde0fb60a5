// What a token has to be before its signature is looked at, and what it has to claim.
import AsyncHTTPClient
import Domain
import Testing

@testable import Identity

@Suite struct TokenShapeTests {
    private static let header = #"{"alg":"ES256","kid":"k","typ":"JWT"}"#
    private static let payload = #"{"sub":"x"}"#

    private func isOne(_ text: String) -> Bool { TokenShape(text[...]) != nil }

    @Test func saysWhatItWasSignedWithAndWhatItClaims() throws {
        let shape = try #require(TokenShape(token(Self.header, Self.payload)[...]))
        #expect(shape.algorithm == .es256)
        #expect(shape.keyID == "k")
        #expect(shape.claims["sub"]?.text == "x")
        #expect(try #require(TokenShape(token(#"{"alg":"HS256"}"#, "{}")[...])).keyID == nil)
    }

    @Test(arguments: [
        header, #"{"alg":"RS256","kid":"k"}"#, #"{"alg":"HS256"}"#, #"{"alg":"HS256","kid":"k"}"#, #"{"kid":"","alg":"ES256"}"#,
        #"{ "alg" : "ES256" , "kid" : "k" }"#,
        // Keys that lie elsewhere: never looked at, and nothing that a token is refused for.
        #"{"alg":"ES256","kid":"k","jku":"https://evil.test/jwks.json","x5u":"https://evil.test/x","jwk":{"kty":"EC"},"x5c":["MII"]}"#,
    ])
    func isTakenWithSuchAHeader(header: String) {
        #expect(isOne(token(header, Self.payload)))
    }

    @Test(arguments: [
        // Other algorithms, or none.
        #"{"kid":"k"}"#, #"{"alg":"none","kid":"k"}"#, #"{"alg":"None","kid":"k"}"#, #"{"alg":"","kid":"k"}"#,
        #"{"alg":"es256","kid":"k"}"#, #"{"alg":"ES256 ","kid":"k"}"#, #"{"alg":"ES384","kid":"k"}"#, #"{"alg":"ES256K","kid":"k"}"#,
        #"{"alg":"RS384","kid":"k"}"#, #"{"alg":"PS256","kid":"k"}"#, #"{"alg":"EdDSA","kid":"k"}"#, #"{"alg":"HS384"}"#,
        #"{"alg":"HS512"}"#, #"{"alg":null,"kid":"k"}"#, #"{"alg":["ES256"],"kid":"k"}"#, #"{"alg":256,"kid":"k"}"#,
        #"{"ALG":"ES256","kid":"k"}"#,
        // No name of a key.
        #"{"alg":"ES256"}"#, #"{"alg":"RS256"}"#, #"{"alg":"ES256","kid":null}"#, #"{"alg":"ES256","kid":1}"#,
        #"{"alg":"RS256","kid":["k"]}"#, #"{"alg":"HS256","kid":null}"#, #"{"alg":"HS256","kid":{}}"#,
        // What must be understood, and is not.
        #"{"alg":"ES256","kid":"k","crit":["exp"]}"#, #"{"alg":"ES256","kid":"k","crit":[]}"#, #"{"alg":"ES256","kid":"k","crit":null}"#,
        #"{"alg":"ES256","kid":"k","b64":false,"crit":["b64"]}"#, #"{"alg":"ES256","kid":"k","b64":true}"#,
        // Members that are there twice.
        #"{"alg":"ES256","alg":"ES256","kid":"k"}"#, #"{"alg":"none","kid":"k","alg":"ES256"}"#,
        #"{"alg":"ES256","\u0061lg":"none","kid":"k"}"#, #"{"alg":"ES256","kid":"k","jwk":{"x":"1","x":"2"}}"#,
        // No object.
        "", "{", "null", #""ES256""#, #"[{"alg":"ES256","kid":"k"}]"#, #" {"alg":"ES256","kid":"k"}"#, #"{"alg":"ES256","kid":"k"}}"#,
        "\u{FEFF}" + #"{"alg":"ES256","kid":"k"}"#, #"{alg:"ES256",kid:"k"}"#,
    ])
    func isNoneWithSuchAHeader(header: String) {
        #expect(!isOne(token(header, Self.payload)))
    }

    @Test(arguments: [
        "", "{", "null", "[]", #""x""#, "1", #"[{"sub":"x"}]"#, #" {"sub":"x"}"#, #"{"sub":"x"} x"#, #"{"sub":"x","sub":"x"}"#,
        #"{"sub":"x","\u0073ub":"y"}"#, #"{"app":{"a":[{"b":1,"b":2}]}}"#, #"{"exp":123456789012345678901234567890123456789}"#,
    ])
    func isNoneWithSuchClaims(payload: String) {
        #expect(!isOne(token(Self.header, payload)))
    }

    @Test func isNoneInAnyOtherSpelling() {
        let (header, payload) = (base64URL(Self.header), base64URL(Self.payload))
        #expect(isOne("\(header).\(payload).c2ln"))
        let others: [String] = [
            "", ".", "..", "...", "\(header).\(payload)", "\(header).\(payload).", "\(header).\(payload).c2ln.",
            ".\(header).\(payload).c2ln", "\(header).\(payload).c2ln.c2ln", "\(header)..c2ln", ".\(payload).c2ln",
            " \(header).\(payload).c2ln", "\(header).\(payload).c2ln ", "\(header).\(payload).c2ln\n", "\(header)=.\(payload).c2ln",
            "\(header).\(payload)=.c2ln", "\(header).\(payload).c2lnZw==", "\(header).\(payload).+/+/", "\(header).\(payload).c2l!",
            "\(header).\(payload).c2lnZ",
            // Bits left over: another spelling of the same bytes.
            "\(header).\(payload).c2lnZx",
        ]
        for other in others { #expect(!isOne(other), "\(other)") }
    }

    @Test func hasAtMostEightKibibytes() {
        let start = token(#"{"alg":"HS256"}"#, "{}", signature: "")
        #expect(isOne(start + String(repeating: "A", count: 8192 - start.utf8.count)))
        #expect(!isOne(start + String(repeating: "A", count: 8193 - start.utf8.count)))
    }
}

@Suite struct ClaimsTests {
    private static let issuer = "https://project.test/auth/v1"
    private static let good = [
        "iss": #""https://project.test/auth/v1""#, "aud": #""authenticated""#, "role": #""authenticated""#, "exp": "2000003600",
        "sub": #""6f1c3d6e-0d3b-4c39-9d3e-6a3f0c1b2a4d""#, "iat": "2000000000", "email": #""somebody@example.test""#,
    ]

    /// The good ones but for one.
    /// - Parameter value: JSON; nothing leaves the claim out.
    private func read(_ name: String, _ value: String, now: Double = 2_000_000_000) throws -> Claims? {
        var members = Self.good
        members[name] = value.isEmpty ? nil : value
        let text = "{" + members.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
        return Claims(try JSON(reading: Array(text.utf8)), issuer: Self.issuer, now: now)
    }

    @Test func ofASignedInPersonAreBelieved() throws {
        let claims = try #require(try read("session_id", #""x""#))
        #expect(claims.subject.description == "6f1c3d6e-0d3b-4c39-9d3e-6a3f0c1b2a4d")
        #expect(claims.email == "somebody@example.test")
        #expect(claims.endsAt == 2_000_003_630)
    }

    @Test(arguments: [
        ("aud", #"["authenticated"]"#), ("aud", #"["other","authenticated"]"#), ("is_anonymous", "false"), ("nbf", "2000000000"),
        ("nbf", "0"), ("iat", "1999999999.5"), ("exp", "2000000000.5"), ("email", ""), ("email", "\"\""), ("email", "null"),
        ("sub", #""6F1C3D6E-0D3B-4C39-9D3E-6A3F0C1B2A4D""#), ("exp", "253402300799"),
    ])
    func areBelievedWith(name: String, value: String) throws {
        let claims = try #require(try read(name, value))
        #expect(claims.subject.description == "6f1c3d6e-0d3b-4c39-9d3e-6a3f0c1b2a4d")
        #expect(claims.email == (name == "email" ? nil : "somebody@example.test"))
    }

    @Test(arguments: [
        ("iss", ""), ("iss", #""https://project.test/auth/v1/""#), ("iss", #""https://Project.test/auth/v1""#),
        ("iss", #""https://project.test""#), ("iss", #"["https://project.test/auth/v1"]"#), ("iss", "null"),
        ("aud", ""), ("aud", #""anon""#), ("aud", #""Authenticated""#), ("aud", "[]"), ("aud", #"["anon"]"#),
        ("aud", #"[["authenticated"]]"#), ("aud", #"{"authenticated":true}"#), ("aud", "null"),
        ("role", ""), ("role", #""anon""#), ("role", #""service_role""#), ("role", #"["authenticated"]"#), ("role", "null"),
        ("sub", ""), ("sub", "\"\""), ("sub", #""somebody@example.test""#), ("sub", #""{6f1c3d6e-0d3b-4c39-9d3e-6a3f0c1b2a4d}""#),
        ("sub", #""6f1c3d6e0d3b4c399d3e6a3f0c1b2a4d""#), ("sub", #""6f1c3d6e-0d3b-4c39-9d3e-6a3f0c1b2a4d ""#), ("sub", "1"),
        ("exp", ""), ("exp", #""2000003600""#), ("exp", "null"), ("exp", "true"), ("exp", "-1"), ("exp", "253402300800"), ("exp", "1e20"),
        ("iat", ""), ("iat", #""2000000000""#), ("iat", "null"), ("iat", "-1"),
        ("nbf", "null"), ("nbf", #""2000000000""#), ("nbf", "[]"),
        ("is_anonymous", "true"),
    ])
    func areNotBelievedWith(name: String, value: String) throws {
        let areBelieved = try read(name, value) != nil
        #expect(!areBelieved)
    }

    /// Half a minute, to the last of it, and not longer.
    @Test(
        arguments: [
            ("exp", "2000000000", 2_000_000_029.999, true), ("exp", "2000000000", 2_000_000_030.0, false),
            ("nbf", "2000000030", 2_000_000_000.0, true), ("nbf", "2000000030", 1_999_999_999.999, false),
            ("iat", "2000000030", 2_000_000_000.0, true), ("iat", "2000000030", 1_999_999_999.999, false),
        ] as [(String, String, Double, Bool)]
    )
    func clocksMayBeThirtySecondsApart(name: String, value: String, now: Double, areBelieved: Bool) throws {
        let areThey = try read(name, value, now: now) != nil
        #expect(areThey == areBelieved)
    }
}

@Suite(.timeLimit(.minutes(10))) struct TokenVerifierTests {
    private static let secret = "a secret of a project, long enough to be one"
    private static let header = #"{"alg":"HS256","typ":"JWT"}"#

    /// From 2023 on; the dates of these tokens are the clock's own, for the verifier has no other.
    private static func claims(until end: String) -> String {
        #"{"iss":"http://127.0.0.1:9/auth/v1","aud":"authenticated","role":"authenticated","#
            + #""sub":"6f1c3d6e-0d3b-4c39-9d3e-6a3f0c1b2a4d","exp":\#(end),"iat":1700000000}"#
    }

    /// Until 2100.
    private static let payload = claims(until: "4102444800")
    // hmac.new(secret, token, "sha256") in Python.
    private static let good = token(header, payload, signature: "Rs6SpPzoY_fBY_udvQo4m3HcpLpROwZ5YZjVE4t2D_w")
    private static let ended = token(
        header,
        claims(until: "1700003600"),
        signature: "MmKcqneJ7XTmSqdek56s9GVnalPPRXAWkNgYiBRCDSc"
    )
    private static let ofAnotherProject = token(header, payload, signature: "CrmTsBdu7GWyzM-uLik7AjCaCudpC9wAbET7W7EbwOg")
    private static let byAKey = token(
        #"{"alg":"ES256","kid":"ec"}"#,
        payload,
        signature: "BGRrFu9C23SaIuAFI9R7Z4ZtvHzA5t1Dyypa7y80dwpUsRXPN01mhiFI7FO_Zr6pfwLz91ps0LmbDGwiyIA3Xw"
    )

    /// Nobody answers there.
    private func verifier(secret: String?) -> TokenVerifier {
        TokenVerifier(SupabaseAuth(url: "http://127.0.0.1:9", anonKey: "", client: .shared), secret: secret)
    }

    private func denial(_ verifier: TokenVerifier, _ token: String) async -> AccessDenied? {
        do throws(AccessDenied) {
            _ = try await verifier.verify(token[...])
            return nil
        } catch {
            return error
        }
    }

    @Test func aTokenOfTheSecretIsVerifiedAsOftenAsItComes() async throws {
        let verifier = verifier(secret: Self.secret)
        for _ in 0..<2 {
            let claims = try await verifier.verify(Self.good[...])
            #expect(claims.subject.description == "6f1c3d6e-0d3b-4c39-9d3e-6a3f0c1b2a4d")
            #expect(claims.endsAt == 4_102_444_830)
        }
    }

    @Test func whatIsNoTokenOfTheSecretIsRefused() async {
        let verifier = verifier(secret: Self.secret)
        #expect(await denial(verifier, Self.good) == nil)
        // One that is like a token that was remembered is not that token.
        for other in [Self.ended, Self.ofAnotherProject, Self.good + "A", String(Self.good.dropLast()), "a.b.c", ""] {
            #expect(await denial(verifier, other) == .invalid, "\(other)")
        }
        let unsigned = token(#"{"alg":"none"}"#, Self.payload, signature: "")
        #expect(await denial(verifier, unsigned) == .invalid)
    }

    @Test func noSecretVerifiesNothing() async {
        #expect(await denial(verifier(secret: nil), Self.good) == .invalid)
    }

    /// That the keys can't be had says nothing about a token; what is none is refused without them.
    @Test func whileNoKeyCanBeHadNobodyKnows() async {
        for secret in [nil, Self.secret] as [String?] {
            let verifier = verifier(secret: secret)
            #expect(await denial(verifier, Self.byAKey) == .unknown("it can't be reached"))
            #expect(await denial(verifier, Self.byAKey + "=") == .invalid)
        }
    }
}
