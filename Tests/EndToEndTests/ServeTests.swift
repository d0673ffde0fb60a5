// How the server starts, refuses to start, and stops.
import LocalStack
import NIOHTTP1
import Subprocess
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ServeTests {
    @Test(arguments: ["DATABASE_URL", "SUPABASE_URL", "SUPABASE_ANON_KEY", "FASTAPI_SECRET_KEY"])
    func oneMissingSettingIsNamedAndNoOther(_ name: String) async throws {
        try await TestDatabase.with(.empty) { test in
            for command in ["serve", "doctor"] {
                let outcome = try await Binary.run([command], environment: test.settings([name: nil]))
                #expect(outcome.status == 78)
                #expect(outcome.error.contains(name))
                for other in test.settings().keys where other != name {
                    #expect(!outcome.error.contains(other), "\(command): \(outcome.error)")
                }
                expectNoSecret(in: outcome, of: test)
            }
        }
    }

    @Test func allMissingSettingsAreNamedOnceInOneMessage() async throws {
        let outcome = try await Binary.run(["serve"])
        #expect(outcome.status == 78)
        for name in ["DATABASE_URL", "SUPABASE_URL", "SUPABASE_ANON_KEY", "FASTAPI_SECRET_KEY"] {
            #expect(outcome.error.ranges(of: name + ":").count == 1, "\(outcome.error)")
        }
    }

    @Test func aMissingSchemaEndsItInDoctorsWords() async throws {
        try await TestDatabase.with(.empty) { test in
            let outcome = try await Binary.run(["serve", "--host", "127.0.0.1", "--port", "0"], environment: test.settings())
            #expect(outcome.status == 78)
            let doctor = try await Binary.run(["doctor"], environment: test.settings())
            #expect(doctor.status == 78)
            let complaint = try #require(doctor.error.split(separator: "\n").first { $0.contains("schema") })
            #expect(outcome.error.contains(complaint))
            // It never began to listen.
            #expect(!outcome.error.contains("serving on") && !outcome.error.contains("error livinglytics"), "\(outcome.error)")
            #expect(complaint.contains("livinglytics migrate"))
        }
    }

    @Test func aWrongPasswordEndsItInDoctorsWords() async throws {
        try await TestDatabase.with { test in
            let url = "postgresql+psycopg://postgres:wrong-password@127.0.0.1:\(test.stack.pooler.port)/\(test.name)?sslmode=require"
            let settings = test.settings(["DATABASE_URL": url])
            let outcome = try await Binary.run(["serve", "--host", "127.0.0.1", "--port", "0"], environment: settings)
            #expect(outcome.status == 78)
            let doctor = try await Binary.run(["doctor"], environment: settings)
            #expect(doctor.status == 78)
            let complaint = try #require(doctor.error.split(separator: "\n").first { $0.contains("database") })
            #expect(outcome.error.contains(complaint), "\(outcome.error) <> \(doctor.error)")
            #expect(!(outcome.error + doctor.error).contains("wrong-password"))
        }
    }

    @Test func anUnreachableDatabaseMakesItUnreadyAndNotDead() async throws {
        try await TestDatabase.with { test in
            let settings = test.settings(["DATABASE_URL": "postgresql://postgres:x@127.0.0.1:9/postgres?sslmode=require"])
            let ended = try await RunningBinary.serving(settings) { client in
                let live = try await client.get("/v1/health/liveness")
                #expect(live.status == 200)
                let ready = try await client.get("/v1/health/readiness")
                #expect(ready.status == 503)
                #expect(ready.body.contains("\"ready\":false") && ready.body.contains("\"database\":false"))
                let tiles = try await client.get("/v1/dashboard/tiles?email=a@x.test", key: TestDatabase.serviceKey)
                #expect(tiles.status == 503)
                #expect(tiles.headers.first(name: "retry-after") != nil)
            }
            #expect(ended.status == 0)
        }
    }

    /// A database that was away when the server started says no later: that ends it as an early no does.
    @Test func aNoThatComesLateEndsItToo() async throws {
        try await TestDatabase.with(.empty) { test in
            try await Relay.with(to: test.stack.pooler.port) { relay in
                relay.stall()
                let url = test.stack.url(database: test.name).replacing(":\(test.stack.pooler.port)/", with: ":\(relay.port)/")
                let ended = try await RunningBinary.serving(test.settings(["DATABASE_URL": url])) { client in
                    let ready = try await client.get("/v1/health/readiness")
                    #expect(ready.status == 503)
                    relay.resume()
                    _ = await client.log.first { $0.contains("livinglytics migrate") }
                }
                #expect(ended.status == 78, "\(ended.log)")
            }
        }
    }

    @Test func itSaysWhatTLSLeavesOpen() async throws {
        try await TestDatabase.with { test in
            for (certificate, isWarned) in [(nil, true), (test.stack.caCertificate, false)] {
                let ended = try await RunningBinary.serving(test.settings(["DATABASE_CA_CERT": certificate])) { client in
                    _ = await client.log.first { $0.contains("serving on") }
                }
                #expect(ended.log.contains("nobody's certificate is checked") == isWarned, "\(ended.log)")
            }
        }
    }

    @Test func aCertificateThatIsNotToBeTrustedEndsIt() async throws {
        try await TestDatabase.with { test in
            let settings = test.settings(["DATABASE_CA_CERT": "/etc/ssl/certs/ca-certificates.crt"])
            let outcome = try await Binary.run(["serve", "--host", "127.0.0.1", "--port", "0"], environment: settings)
            #expect(outcome.status == 78)
            #expect(outcome.error.contains("none of the certificates in /etc/ssl/certs/ca-certificates.crt signed that of the server"))
        }
    }

    @Test func aReadyServerSaysWhatItChecked() async throws {
        try await TestDatabase.with { test in
            let ended = try await RunningBinary.serving(test.settings()) { client in
                let ready = try await client.get("/v1/health/readiness")
                #expect(ready.status == 200)
                #expect(ready.body.contains("\"ready\":true"))
                _ = await client.log.first { $0.contains("confirms e-mail addresses") }
            }
            #expect(ended.log.contains("whether Supabase Auth confirms e-mail addresses is unknown"))
            #expect(!ended.log.contains(test.stack.password) && !ended.log.contains(TestDatabase.serviceKey))
        }
    }

    @Test(arguments: [("192.0.2.1", 69, "no address of this machine"), ("nowhere.invalid", 78, "can't be listened on")])
    func aHostThatIsNotHereIsNamed(_ host: String, _ status: Int32, _ words: String) async throws {
        try await TestDatabase.with { test in
            let outcome = try await Binary.run(["serve", "--host", host, "--port", "0"], environment: test.settings())
            #expect(outcome.status == status)
            #expect(outcome.error.contains(host) && outcome.error.contains(words), "\(outcome.error)")
        }
    }

    @Test func aPortInUseIsNamed() async throws {
        try await TestDatabase.with { test in
            _ = try await RunningBinary.serving(test.settings()) { client in
                let port = try #require(client.base.split(separator: ":").last)
                let outcome = try await Binary.run(["serve", "--host", "127.0.0.1", "--port", String(port)], environment: test.settings())
                #expect(outcome.status == 69)
                #expect(outcome.error.contains("port \(port) is in use"))
            }
        }
    }

    private func expectNoSecret(in outcome: Binary.Outcome, of test: TestDatabase) {
        for secret in [test.stack.password, TestDatabase.serviceKey, "sb_publishable_test"] {
            #expect(!(outcome.output + outcome.error).contains(secret))
        }
    }
}
