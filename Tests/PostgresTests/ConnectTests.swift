// Connecting through the pooler, and what comes of it when that fails.
import LocalStack
import Postgres
import TestSupport
import Testing

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

@Suite(.timeLimit(.minutes(10))) struct ConnectTests {
    @Test func signsInOverTLS() async throws {
        try await withDatabase { test in
            let connection = try await test.connect()
            #expect(await connection.tls?.hasPrefix("TLSv1.3 ") == true)
            #expect(await connection.serverVersion / 10_000 >= 15)
            #expect(await connection.isSound)
            // The stored password is a SCRAM verifier, and the pooler asks for nothing else.
            let stored: Bool = try await test.asSuperuser(
                "select rolpassword like 'SCRAM-SHA-256$%' from pg_authid where rolname = 'postgres'"
            )[0]
            .get(0)
            #expect(stored)
            await connection.close()
            #expect(await !connection.isSound)
            await #expect(throws: PostgresError.gone("the connection is closed")) {
                _ = try await connection.query("select 1", within: .seconds(20))
            }
        }
    }

    /// PgBouncer 1.18 has one SQLSTATE for all, 08P01: its words tell a final refusal from a passing one.
    @Test(
        arguments: [
            ("postgres", "hunter2", nil, LocalStack.Route.pooler, "08P01", "SASL authentication failed"),
            ("nobody", "hunter2", nil, .pooler, "08P01", "no such user"),
            ("anon", "hunter2", nil, .pooler, "08P01", "no such user"),
            ("o'\u{301} host='127.0.0.1' \\'", "hunter2'\\", nil, .pooler, "08P01", "no such user"),
            ("postgres", nil, "nowhere_\(UInt32.random(in: 0...UInt32.max))", .pooler, "08P01", "does not exist"),
            ("postgres", "hunter2", nil, .direct, "28P01", "password authentication failed for user \"postgres\""),
            ("nobody", "hunter2", nil, .direct, "28P01", "password authentication failed for user \"nobody\""),
            ("postgres", nil, "nowhere", .direct, "3D000", "database \"nowhere\" does not exist"),
        ] as [(String, String?, String?, LocalStack.Route, String, String)]
    )
    func refusalsAreTold(
        _ role: String,
        _ password: String?,
        _ database: String?,
        _ route: LocalStack.Route,
        _ sqlState: String,
        _ words: String
    ) async throws {
        try await withDatabase { test in
            let login = LocalStack.Login(role: role, password: password ?? test.stack.password)
            let url = try ConnectionURL(test.stack.url(database: database ?? test.name, through: route, as: login))
            let error = await #expect(throws: PostgresError.self) { _ = try await Connection.connect(to: url, within: .seconds(20)) }
            guard case .refused(let message) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(message.severity == "FATAL")
            #expect(message.sqlState == sqlState)
            #expect(message.message.contains(words), "\(message.message)")
            for shown in [error.map { "\($0)" } ?? "", String(reflecting: error)] {
                #expect(!shown.contains(login.password), "\(shown)")
            }
        }
    }

    @Test func thePoolerTakesNothingWithoutTLS() async throws {
        try await withDatabase { test in
            let url = try test.url(port: test.stack.pooler.port, query: "sslmode=disable")
            let error = await #expect(throws: PostgresError.self) { _ = try await Connection.connect(to: url, within: .seconds(20)) }
            #expect(error?.serverMessage?.message == "SSL required")
        }
    }

    @Test(arguments: [
        ("postgres://postgres:hunter2@127.0.0.1:1/postgres", "Connection refused"),
        ("postgres://postgres:hunter2@localhost:1/postgres", "Connection refused"),
        ("postgres://postgres:hunter2@nowhere.invalid/postgres", "could not find the host \"nowhere.invalid\""),
    ])
    func outOfReachIsTold(_ url: String, _ words: String) async throws {
        let url = try ConnectionURL(url)
        let error = await #expect(throws: PostgresError.self) { _ = try await Connection.connect(to: url, within: .seconds(20)) }
        guard case .unreachable(let why) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(why.contains(words), "\(why)")
        #expect(!why.contains("hunter2") && !why.contains("\n"))
    }

    /// libpq by itself would go again without TLS, and send the password in clear.
    @Test(arguments: ["", "sslmode=prefer", "sslmode=allow"])
    func aWrongPasswordIsSentOnce(_ query: String) async throws {
        try await withDatabase { test in
            try await Relay.with(to: test.stack.pooler.port) { relay in
                let url = try test.url(port: relay.port, password: "wrong", query: query)
                let error = await #expect(throws: PostgresError.self) { _ = try await Connection.connect(to: url, within: .seconds(20)) }
                #expect(error?.serverMessage?.condition == .wrongCredentials, "\(String(describing: error))")
                #expect(relay.accepted == 1)
            }
        }
    }

    @Test func ofSeveralHostsOneThatIsThereIsEnough() async throws {
        try await withDatabase { test in
            let port = test.stack.pooler.port
            let places = "nowhere.invalid:1,127.0.0.1:\(port)"
            let url = try ConnectionURL(
                "postgresql://\(test.stack.owner.role):\(test.stack.password)@\(places)/\(test.name)?sslmode=require"
            )
            let connection = try await Connection.connect(to: url, within: .seconds(20))
            #expect(try await connection.query("select 7", within: .seconds(20))[0].get(0) == 7)
            await connection.close()
        }
    }

    @Test func silenceEndsAtTheDeadline() async throws {
        try await Relay.with(to: nil) { relay in
            let url = try ConnectionURL("postgres://postgres:hunter2@127.0.0.1:\(relay.port)/postgres?sslmode=require")
            let begun = ContinuousClock.now
            await #expect(throws: PostgresError.unreachable("no answer within \(Duration.milliseconds(150))")) {
                _ = try await Connection.connect(to: url, within: .milliseconds(150))
            }
            #expect((.milliseconds(150)...(.seconds(15))).contains(ContinuousClock.now - begun))
            #expect(relay.accepted == 1)
        }
    }

    @Test func aCancelledAttemptEnds() async throws {
        try await Relay.with(to: nil) { relay in
            let url = try ConnectionURL("postgres://postgres:hunter2@127.0.0.1:\(relay.port)/postgres?sslmode=require")
            let attempt = Task { await Result { try await Connection.connect(to: url, within: .seconds(50)) } }
            while relay.accepted == 0 { await Task.yield() }
            attempt.cancel()
            #expect(await attempt.value.postgresError == .cancelled)
        }
    }

    /// In a process of its own: the environment belongs to all threads.
    @Test func settingsInTheEnvironmentDoNoHarm() async throws {
        try await withDatabase { test in
            let url = test.stack.url(database: test.name)
            await #expect(processExitsWith: .success) { [url = url as String] in
                setenv("PGOPTIONS", "-c statement_timeout=1", 1)
                let connection = try await Connection.connect(to: ConnectionURL(url), within: .seconds(20))
                _ = try await connection.query("select 1", within: .seconds(20))
            }
        }
    }
}
