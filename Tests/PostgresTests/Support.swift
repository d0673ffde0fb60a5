// What the tests of this target share: a database of one's own, connections to it, and a look at what runs there.
import LocalStack
import Postgres
import TestSupport
import Testing

/// Lends an empty database behind the pooler.
func withDatabase<R>(bound: Int = 4, _ body: (TestDatabase) async throws -> R) async throws -> R {
    try await TestDatabase.with(.empty, bound: bound, body)
}

/// The same, and a relay in front of the pooler.
func withRelayedDatabase<R>(_ body: (TestDatabase, Relay) async throws -> R) async throws -> R {
    try await withDatabase { test in
        try await Relay.with(to: test.stack.pooler.port) { try await body(test, $0) }
    }
}

extension TestDatabase {
    /// A connection through the pooler.
    func connect() async throws -> Connection {
        try await Connection.connect(to: url, within: .seconds(20))
    }

    /// The same database through another port, such as a relay's.
    func url(port: Int, password: String? = nil, query: String = "sslmode=require") throws -> ConnectionURL {
        let password = password ?? stack.password
        return try ConnectionURL("postgresql://\(stack.owner.role):\(password)@127.0.0.1:\(port)/\(name)?\(query)")
    }

    /// Server connections of the pooler that run a statement just now.
    func runningProcesses() async throws -> [Int] {
        try await asSuperuser(
            """
            select pid from pg_stat_activity
            where datname = current_database() and state <> 'idle' and backend_type = 'client backend' and pid <> pg_backend_pid()
            """
        ).map { try $0.get(0) }
    }

    /// Asks until so many statements run.
    @discardableResult
    func waitForRunning(_ count: Int, at location: SourceLocation = #_sourceLocation) async throws -> [Int] {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            let found = try await runningProcesses()
            if found.count == count { return found }
        }
        Issue.record("never were there \(count) running statements", sourceLocation: location)
        return []
    }

    /// Ends the server processes that run a statement in this database.
    func terminateRunning(at location: SourceLocation = #_sourceLocation) async throws {
        for process in try await waitForRunning(1, at: location) {
            _ = try await asSuperuser("select pg_terminate_backend(\(process))")
        }
    }
}

/// An error of the caller's own.
struct Boom: Error, Equatable {}

extension Result where Failure == any Error {
    /// What the body gave or threw.
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }

    var postgresError: PostgresError? {
        if case .failure(let error as PostgresError) = self { error } else { nil }
    }
}
