// `sslmode=verify-full`: whom we talk to is checked against the CA we were given.
import LocalStack
import Postgres
import Subprocess
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
            #expect(error == .untrusted(.unknownAuthority(file: path)))
            #expect(error.map { "\($0)" } == "the database can't be trusted: none of the certificates in \(path) signed that of the server")
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
            guard case .untrusted(.otherHost(let why)) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(why.contains("does not match host name \"db.example.test\""))
        }
    }

    @Test func aFileThatIsNotThereIsNamed() async throws {
        try await withDatabase { test in
            let url = test.url.verifying(rootCertificate: "/nowhere/ca.crt")
            let error = await #expect(throws: PostgresError.self) { _ = try await Connection.connect(to: url, within: .seconds(20)) }
            guard case .untrusted(.noAuthority(let why)) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(why.contains("\"/nowhere/ca.crt\" does not exist"))
        }
    }

    /// A pooler of its own gets certificates of other days, signed by a CA that we trust.
    @Test func aCertificateOfAnotherDayIsToldApart() async throws {
        let directory = "/var/tmp/livinglytics-certificates-\(UUID().uuidString)"
        defer { TestStack.remove(directory) }
        let configuration = LocalStack.Configuration(
            directory: directory,
            preferredPoolerPort: 36543,
            preferredServerPort: 35432,
            durability: .fast
        )
        try await LocalStack.withRunning(configuration) { stack in
            for (first, last, expected) in [
                ("20200101000000Z", "20200201120000Z", Distrust.expired("2020-02-01")),
                ("21200101120000Z", "21300101000000Z", .notYetValid("2120-01-01")),
            ] {
                try await Self.run("sh", "-euc", Self.reissue, stack.directory, first, last)
                let console = try await Connection.connect(to: ConnectionURL(stack.url(database: "pgbouncer")), within: .seconds(20))
                _ = try await console.runScript("reload", within: .seconds(20))
                await console.close()
                let authority = "\(stack.directory)/tls/new/ca.crt"
                let url = try ConnectionURL(stack.url()).verifying(rootCertificate: authority)
                // PgBouncer takes the new one up in its own time; until then it shows one of the CA before.
                let deadline = ContinuousClock.now + .seconds(20)
                var error: PostgresError?
                repeat {
                    error = await Result { try await Connection.connect(to: url, within: .seconds(20)) }.postgresError
                } while error == .untrusted(.unknownAuthority(file: authority)) && ContinuousClock.now < deadline
                #expect(error == .untrusted(expected))
                // Who does not check gets in: it is the same pooler.
                let unchecked = try await Connection.connect(to: ConnectionURL(stack.url()), within: .seconds(20))
                #expect(await unchecked.isSound)
            }
        }
    }

    /// A new CA, and a certificate by it with these first and last moments, in place of the pooler's.
    private static let reissue = """
        cd "$0/tls" && rm -rf new && mkdir new && cd new && touch index.txt
        printf '%s\n' '[ca]' 'default_ca=d' '[d]' 'database=index.txt' 'new_certs_dir=.' 'default_md=sha256' 'policy=p' 'rand_serial=yes' \
            'x509_extensions=x' '[p]' 'commonName=supplied' '[x]' 'subjectAltName=DNS:localhost,IP:127.0.0.1' > ca.cnf
        openssl ecparam -name prime256v1 -genkey -noout -out ca.key
        openssl req -new -x509 -sha256 -key ca.key -out ca.crt -subj /CN=another -days 3650
        openssl req -new -sha256 -key ../server.key -out server.csr -subj /CN=localhost
        openssl ca -batch -notext -config ca.cnf -cert ca.crt -keyfile ca.key -in server.csr -out server.crt -startdate "$1" -enddate "$2"
        cat server.crt > ../server.crt
        chmod -R a+rX . && chmod a+x .. ../..
        """

    private static func run(_ program: String, _ arguments: String...) async throws {
        let outcome = try await Subprocess.run(
            .name(program),
            arguments: Arguments(arguments),
            output: .string(limit: 1 << 16),
            error: .combinedWithOutput
        )
        #expect(outcome.terminationStatus.isSuccess, "\(outcome.standardOutput)")
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
