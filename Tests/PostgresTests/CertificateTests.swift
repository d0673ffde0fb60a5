// `sslmode=verify-full`: whom we talk to is checked against the CA we were given.
import LocalStack
import Postgres
import TestSupport
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct CertificateTests {
    @Test(arguments: ["127.0.0.1", "localhost"])
    func ourCAIsTrusted(_ host: String) async throws {
        try await withDatabase { test in
            let url = test.stack.url(database: test.name, tls: .verifyFull).replacing("@127.0.0.1:", with: "@\(host):")
            let connection = try await Connection.connect(to: ConnectionURL(url), within: .seconds(20))
            #expect(await connection.tls != nil)
        }
    }

    @Test func anotherCAIsNot() async throws {
        try await withDatabase { test in
            let path = FileManager.default.temporaryDirectory.appendingPathComponent("other-ca-\(test.name).crt").path
            try Self.otherCA.write(toFile: path, atomically: true, encoding: .utf8)
            let url = test.url.verifying(rootCertificate: path)
            let error = await #expect(throws: PostgresError.self) { _ = try await Connection.connect(to: url, within: .seconds(20)) }
            try FileManager.default.removeItem(atPath: path)
            guard case .unusable(let why) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(why.contains("certificate verify failed"), "\(why)")
        }
    }

    /// The certificate names 127.0.0.1, and the address that the connection goes to is not what counts.
    @Test func anotherNameIsNot() async throws {
        try await withDatabase { test in
            let text =
                test.stack.url(database: test.name, tls: .verifyFull)
                .replacing("@127.0.0.1:", with: "@db.example.test:") + "&hostaddr=127.0.0.1"
            let url = try ConnectionURL(text)
            let error = await #expect(throws: PostgresError.self) { _ = try await Connection.connect(to: url, within: .seconds(20)) }
            #expect(error.map { "\($0)".contains("does not match host name \"db.example.test\"") } == true, "\(String(describing: error))")
        }
    }

    /// A certificate made for this test; its key was thrown away.
    private static let otherCA = """
        -----BEGIN CERTIFICATE-----
        MIIBkjCCATegAwIBAgIUKygwRqEb5sjuR9u+m9v1vFp46DMwCgYIKoZIzj0EAwIw
        HTEbMBkGA1UEAwwSU29tZWJvZHkgZWxzZSdzIENBMCAXDTI2MTEyMzIzNDYyM1oY
        DzIxMjYxMDMwMjM0NjIzWjAdMRswGQYDVQQDDBJTb21lYm9keSBlbHNlJ3MgQ0Ew
        WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATFvh2+zOUQ7y7QnR4LEPFEgzTGNshr
        kH/QMzURnQPqOrTDtxefGwoL2R54qcnrcyz8JvPtd32TrvLnxN9yd/+Io1MwUTAd
        BgNVHQ4EFgQUxRZcNKQfOHErg2AcXIQMrS+c5DMwHwYDVR0jBBgwFoAUxRZcNKQf
        OHErg2AcXIQMrS+c5DMwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBG
        AiEAzF0pQAneHHwlGQwtJA0e88E6WD2D64ywn+6PhMe3FlsCIQCJT8ISjNKM8L2Y
        CZ+bY4DK7dR4AKiT1VuteUt35bNPNg==
        -----END CERTIFICATE-----

        """
}
