// The recorded words of Supavisor, PgBouncer and PostgreSQL, and what follows from each.
import Testing

@testable import Postgres

@Suite struct ConditionTests {
    private typealias Condition = ServerMessage.Condition

    /// What libpq reports when somebody answers a start-up with an error, as it words it.
    @Test(
        arguments: [
            // Supavisor: its source and issues.
            ("FATAL:  XX000: (EMAXCONN) max client connections reached, limit: 200", .overloaded, .pooler, .safe),
            ("FATAL:  XX000: Max client connections reached", .overloaded, .pooler, .safe),
            ("FATAL:  XX000: (ENOTFOUND) tenant/user postgres.abc not found", .wrongTarget, .pooler, .useless),
            ("FATAL:  XX000: Tenant or user not found", .wrongTarget, .pooler, .useless),
            ("FATAL:  XX000: (ECIRCUITBREAKER) too many authentication failures, new connections are blocked", .overloaded, .pooler, .safe),
            // PgBouncer 1.18: measured.
            ("FATAL:  08P01: no more connections allowed (max_client_conn)", .overloaded, .pooler, .safe),
            ("FATAL:  08P01: unsupported startup parameter: options", .wrongTarget, .pooler, .useless),
            ("FATAL:  08P01: SSL required", .wrongTarget, .pooler, .useless),
            ("FATAL:  08P01: SASL authentication failed", .wrongCredentials, .pooler, .useless),
            ("FATAL:  08P01: no such user", .wrongTarget, .pooler, .useless),
            // PostgreSQL 15: measured.
            (
                "FATAL:  28P01: password authentication failed for user \"postgres\"\nLOCATION:  auth_failed, auth.c:332",
                .wrongCredentials,
                .server, .useless
            ),
            (
                "FATAL:  3D000: database \"nowhere\" does not exist\nLOCATION:  InitPostgres, postinit.c:885", .wrongTarget, .server,
                .useless
            ),
            (
                "FATAL:  53300: sorry, too many clients already\nLOCATION:  ProcessStartupPacket, postmaster.c:2341", .overloaded, .server,
                .safe
            ),
            (
                "FATAL:  57P03: the database system is starting up\nLOCATION:  ProcessStartupPacket, postmaster.c:2325", .goingAway,
                .server,
                .safe
            ),
        ] as [(String, ServerMessage.Condition, PostgresError.Origin, PostgresError.Retry)]
    )
    func refusals(_ words: String, _ condition: ServerMessage.Condition, _ origin: PostgresError.Origin, _ retry: PostgresError.Retry)
        throws
    {
        let message = try #require(ServerMessage(startupWords: "connection to server at \"h\" (::1), port 6543 failed: \(words)"))
        let error = PostgresError.refused(message)
        #expect(message.condition == condition)
        #expect((error.origin, error.outcome, error.retry) == (origin, .nothing, retry))
    }

    /// The first word on why a connection was lost under a statement.
    @Test(
        arguments: [
            (
                "XX000", "(ECHECKOUTTIMEOUT) unable to check out connection from the pool after 60000ms in Transaction mode", nil,
                .pooler, .nothing, .safe
            ),
            ("08P01", "query_wait_timeout", nil, .pooler, .nothing, .safe),
            ("08P01", "server login has been failing, try again later (server_login_retry)", nil, .pooler, .nothing, .safe),
            ("08P01", "server conn crashed?", nil, .pooler, .unknown, .ifIdempotent),
            ("08P01", "database removed", nil, .pooler, .unknown, .ifIdempotent),
            (
                "57P01", "terminating connection due to administrator command", "ProcessInterrupts", .server, .unknown,
                .ifIdempotent
            ),
            (
                "53100", "could not write to file \"pg_wal/xlogtemp.1\": No space left on device", "XLogWrite", .server, .unknown,
                .ifIdempotent
            ),
            ("57P02", "terminating connection because of crash of another server process", "quickdie", .server, .unknown, .ifIdempotent),
        ] as [(String, String, String?, PostgresError.Origin, PostgresError.Outcome, PostgresError.Retry)]
    )
    func losses(
        _ sqlState: String,
        _ words: String,
        _ routine: String?,
        _ origin: PostgresError.Origin,
        _ outcome: PostgresError.Outcome,
        _ retry: PostgresError.Retry
    ) {
        let cause = ServerMessage(severity: "FATAL", sqlState: sqlState, message: words, routine: routine)
        let error = PostgresError.connectionLost(cause: cause, words: "server closed the connection unexpectedly")
        #expect((error.origin, error.outcome, error.retry) == (origin, outcome, retry))
    }

    /// Nobody said why: closed over TLS, killed, closed without TLS.
    @Test(arguments: [
        "SSL connection has been closed unexpectedly", "SSL SYSCALL error: EOF detected", "server closed the connection unexpectedly",
    ])
    func silentLosses(_ words: String) {
        let error = PostgresError.connectionLost(cause: nil, words: words)
        #expect((error.origin, error.outcome, error.retry) == (.network, .unknown, .ifIdempotent))
    }

    /// Answers to statements leave the connection, and nothing of the statement.
    @Test(
        arguments: [
            ("40001", .conflict, .safe), ("40P01", .conflict, .safe), ("55P03", .conflict, .safe), ("23505", .badValue, .useless),
            ("22P02", .badValue, .useless), ("42P01", .missingObject, .useless), ("42501", .forbidden, .useless),
            ("25006", .readOnly, .useless), ("57014", .stopped, .useless), ("53200", .overloaded, .safe), ("26000", .other, .useless),
            ("42601", .other, .useless),
        ] as [(String, ServerMessage.Condition, PostgresError.Retry)]
    )
    func answers(_ sqlState: String, _ condition: ServerMessage.Condition, _ retry: PostgresError.Retry) {
        let error = PostgresError.server(ServerMessage(severity: "ERROR", sqlState: sqlState, message: "no", routine: "somewhere"))
        #expect(error.serverMessage?.condition == condition)
        #expect((error.origin, error.outcome, error.retry) == (.server, .nothing, retry))
    }

    @Test func ourOwn() {
        for error: PostgresError in [.invalidURL("no"), .closed, .misuse("no"), .unusable("no"), .untrusted(.expired("2026-01-01"))] {
            #expect((error.origin, error.outcome, error.retry) == (.client, .nothing, .useless))
        }
        #expect(PostgresError.noConnection(after: .seconds(2), because: nil).retry == .safe)
        #expect((PostgresError.deadlineExceeded(.seconds(1)).outcome, PostgresError.cancelled.outcome) == (.unknown, .unknown))
    }
}
