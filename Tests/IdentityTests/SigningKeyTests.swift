// One key of the project: which ones are taken, and what they verify.
//
// Keys and signatures were made once with Python's package cryptography (ec.generate_private_key, rsa.generate_private_key): nothing of
// ours had a hand in them.
import Domain
import Testing

@testable import Identity

@Suite struct SigningKeyTests {
    private static let ec = [
        "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "ec", "x": "6kka5vSCKQGZJeKiMhGd6tGwoagzGxqkgdyKxckLui4",
        "y": "ZWOSPq3-j2XN1136q2H1Nko7xW2mvTcYYr-tblQfmJE",
    ]
    private static let otherEC = ec.merging([
        "x": "3f3EvMJwVCnhlfyHJzpcEAwDN7xxWVFi8WTVClBAiSM", "y": "MxT9QC_l5XhEwq6rTI4iEvDsBnKQF0Wd90JT9Mo-Mb4",
    ]) { $1 }
    private static let rsa = ["kty": "RSA", "alg": "RS256", "use": "sig", "kid": "rsa", "n": modulus, "e": "AQAB"]

    private static let modulus = """
        rujFlk2zHLN4cpg1sqGJub0LEFo8vDNwfy1VQmqmPRg4xrXs8y2wwyDmvwYzVOP3oPTPba-sSJHS5r0C3VDxO6lqRR7KckXQHQv-BaZ5eUGyCR\
        DD6EU14FMu8Co5zsLFHvWfAaMdvpDh2v8AjgsFBvb4VFqUIVJ0-RPBy0Rv4FQIxUzsp-jfPuq6KtCi78rJ-jGPWouVJoMj-1Fbzd4u7S-rnSEK\
        wqNvparnumeCMlwXeQRdtMqoi1IFdqgbKuDbHwsWrcupAxO3NNzR5sGi6OUz39F2pD-cNy79ol3Qg02FaDqbDTIotHDPLTTQUvKiyUMl6F0_Wl\
        oVHE3ajzjj-Q
        """
    /// Of 1024 bits.
    private static let shortModulus = """
        10f9EdHk_D_1lcUcumNf8P6GNzGRryBzu9A1AeDJS6FPWwwpsX8AKVxSyJkZMqG8s2jB_0Q194Mpe2ywUItv0UCufZIs-ScGAWZP-tjymGamoq\
        E1nEROnHcLmRHDMtzGNNa4R6wBRAw4JYmKORfmdqGRLbgKZwP02Ui5_R6VEx8
        """
    /// Of another curve.
    private static let p384 = [
        "crv": "P-384", "x": "ktGwMMGUk0PFi_sYj5mhPO_mnlO0Gx26ya5dyNIlN3gf6sF3iiLQ3uRMzng9HNdu",
        "y": "dHtGv8Fw9xdGSsMwu0RXy4Ai7McvhWxHYNlvv-15UIf4WwaU0dMqYHHNorlmE0Se",
    ]

    /// The point with its coordinates exchanged lies on no curve of this name.
    private static let exchanged = [
        "x": "ZWOSPq3-j2XN1136q2H1Nko7xW2mvTcYYr-tblQfmJE", "y": "6kka5vSCKQGZJeKiMhGd6tGwoagzGxqkgdyKxckLui4",
    ]

    private static let payload = #"{"sub":"x"}"#
    private static let byEC = token(
        #"{"alg":"ES256","kid":"ec"}"#,
        payload,
        signature: "4BC9u8nKaz6Y6G9EeTEX9d2RMMwi42zIL8hf0snrm03q0J0MzyMBHX36iDjZg5f3ToaofZegN5xL6ak4IIj7NA"
    )
    private static let byRSA = token(
        #"{"alg":"RS256","kid":"rsa"}"#,
        payload,
        signature: """
            ET43DJ3HUP1dZ7qEUNMNO_C3ZnedFYGlBVnHJPsjnfDYenZdEUVfeYfNNKauaNG35HMLWIupY5ApBKlT6sYmp0hJf5v44OVr14KOHFA0ETD1_Q\
            HbxsgDPyTy_vE_HoIY1kf-wpigytQzpb3ZScHWHNGIQRHnhE_GbXff4NQ1sa3mBrOdkzMoZmY_lGVfaTLCETJ6k-TMznwIIyXJGPFJau15Pr18\
            dv8KFELzdciV-5c2FK2jQPC7Dpv-0Kbe1Qbd0Abw22z0TGxtZN6KKSWn9h4pX9DZ0YwsuN7h1gFWpYER-mLyQsqOLm7eqN2jLAmv14ptuG7VFW\
            di24u9Sl6X3g
            """
    )

    private func jwk(_ members: [String: String]) -> JSON {
        .object(members.map { JSON.Member($0.key, .string($0.value)) })
    }

    /// - Parameter changes: members that are not as they should be; an empty one is left out.
    private func isTaken(_ members: [String: String], _ changes: [String: String] = [:]) async -> Bool {
        await SigningKey(jwk: jwk(members.merging(changes) { $1 }.filter { !$0.value.isEmpty })) != nil
    }

    private func verifies(_ members: [String: String], _ text: String) async throws -> Bool {
        let key = try #require(await SigningKey(jwk: jwk(members)))
        let shape = try #require(TokenShape(text[...]))
        return await key.signed(text[...], as: shape)
    }

    @Test func eachVerifiesWhatItSigned() async throws {
        #expect(try await verifies(Self.ec, Self.byEC))
        #expect(try await verifies(Self.rsa, Self.byRSA))
    }

    @Test func noneVerifiesWhatItDidNotSign() async throws {
        #expect(try await !verifies(Self.otherEC, Self.byEC))
        #expect(try await !verifies(Self.rsa, Self.byEC))
        #expect(try await !verifies(Self.ec, Self.byRSA))
        for (members, signed, algorithm) in [(Self.ec, Self.byEC, "ES256"), (Self.rsa, Self.byRSA, "RS256")] {
            let signature = String(signed.split(separator: ".")[2])
            let kid = members["kid"] ?? ""
            // Something else with that signature, and what was signed with none that is one.
            let forged = token(#"{"alg":"\#(algorithm)","kid":"\#(kid)"}"#, #"{"sub":"y"}"#, signature: signature)
            #expect(try await !verifies(members, forged), "\(forged)")
            let unsigned = token(#"{"alg":"\#(algorithm)","kid":"\#(kid)"}"#, Self.payload, signature: base64URL("no signature"))
            #expect(try await !verifies(members, unsigned), "\(unsigned)")
        }
    }

    /// A key serves the one algorithm that it is for, whatever a header says: a public key is nobody's secret.
    @Test func aTokensHeaderCanNotChooseTheAlgorithm() async throws {
        for header in [#"{"alg":"HS256","kid":"ec"}"#, #"{"alg":"RS256","kid":"ec"}"#] {
            let signature = String(Self.byEC.split(separator: ".")[2])
            #expect(try await !verifies(Self.ec, token(header, Self.payload, signature: signature)), "\(header)")
        }
        let secret = String(repeating: "s", count: 32)
        let shape = try #require(TokenShape(Self.byEC[...]))
        #expect(await !SigningKey(secret: secret).signed(Self.byEC[...], as: shape))
    }

    @Test func whatTheProjectNeedNotSayMayBeMissing() async {
        for members in [Self.ec, Self.rsa] {
            #expect(await isTaken(members))
            for missing in ["alg", "use", "kid"] {
                #expect(await isTaken(members, [missing: ""]), "without \(missing)")
            }
        }
    }

    @Test(
        arguments: [
            ["use": "enc"], ["kty": ""], ["kty": "oct"], ["kty": "RSA"], ["kty": "ec"], ["alg": "RS256"], ["alg": "ES384"],
            ["alg": "HS256"], ["alg": "none"], ["crv": ""], ["crv": "P-384"], ["crv": "secp256k1"], ["x": ""], ["y": ""], ["x": "!"],
            ["x": "AAAA"], ["y": "AA"], p384, exchanged,
        ] as [[String: String]]
    )
    func noOtherKeyOfACurveIsTaken(changes: [String: String]) async {
        #expect(await !isTaken(Self.ec, changes))
    }

    @Test(
        arguments: [
            ["use": "enc"], ["kty": ""], ["kty": "oct"], ["kty": "EC"], ["kty": "rsa"], ["alg": "RS384"], ["alg": "RS512"],
            ["alg": "PS256"], ["alg": "ES256"], ["alg": "HS256"], ["alg": "none"], ["n": ""], ["e": ""], ["n": "!"], ["n": "AQAB"],
            ["n": shortModulus],
        ] as [[String: String]]
    )
    func noOtherKeyOfRSAIsTaken(changes: [String: String]) async {
        #expect(await !isTaken(Self.rsa, changes))
    }

    @Test(
        arguments: [
            [:], ["kty": "oct", "k": "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3JldA", "alg": "HS256", "kid": "a", "use": "sig"],
            ["kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "b"],
        ] as [[String: String]]
    )
    func keysOfOtherKindsAreNotTaken(members: [String: String]) async {
        #expect(await !isTaken(members))
    }

    @Test func whatIsNoObjectIsNoKey() async {
        for json in [JSON.null, "RSA", [["kty": "EC"]], 1] as [JSON] {
            let isTaken = await SigningKey(jwk: json) != nil
            #expect(!isTaken, "\(json)")
        }
    }
}
