// The stack under a soak, and how it is mistreated.
import LocalStack
import Postgres
import TestSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct Ground: Sendable {
    let stack: LocalStack

    /// A pool through the pooler, or through a port in front of it.
    func configuration(port: Int? = nil, bound: Int) throws -> Pool.Configuration {
        let password = "\(stack.owner.role):\(stack.password)"
        let url = try ConnectionURL("postgresql://\(password)@127.0.0.1:\(port ?? stack.pooler.port)/postgres?sslmode=require")
        var configuration = Pool.Configuration(url: url)
        configuration.bound = bound
        return configuration
    }

    /// Waits until the pooler has a server again.
    func untilItAnswers(_ pool: Pool) async throws {
        let deadline = ContinuousClock.now + .seconds(40)
        while true {
            do {
                _ = try await reviveServers()
                _ = try await pool.query("select 1")
                return
            } catch {
                guard ContinuousClock.now < deadline else { throw error }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// Starts what has ended by itself, as a supervisor would: PgBouncer 1.18 crashes now and then when clients cancel and hang up.
    /// - Returns: how many had.
    func reviveServers() async throws -> Int {
        var revived = 0
        for part in LocalStack.Part.allCases where await stack.processID(of: part) == nil {
            try await stack.restart(part)
            revived += 1
        }
        return revived
    }

    /// One statement past the pooler, as the superuser.
    @discardableResult
    func asSuperuser(_ sql: SQL) async throws -> Rows {
        let url = try ConnectionURL(stack.url(through: .direct, as: stack.superuser))
        let connection = try await Connection.connect(to: url, within: .seconds(10))
        let rows = try await connection.query(sql, within: .seconds(10))
        await connection.close()
        return rows
    }

    /// Sends a signal to a server. Nothing, when it is not running just now.
    func signal(_ signal: CInt, to part: LocalStack.Part) async {
        if let process = await stack.processID(of: part) { _ = kill(process, signal) }
    }

    /// Kills the pooler hard. When it returns, the process is gone.
    func killPooler() async {
        await signal(SIGKILL, to: .pooler)
        // The process is gone when its supervisor says so.
        while await stack.processID(of: .pooler) != nil { await Task.yield() }
    }

    /// Starts the pooler again after a while.
    /// - Returns: when it took connections again.
    @discardableResult
    func startPooler(after pause: Duration) async throws -> ContinuousClock.Instant {
        try await Task.sleep(for: pause)
        async let back = firstConnection()
        try await stack.restart(.pooler)
        return try await back
    }

    /// Knocks every millisecond.
    private func firstConnection() async throws -> ContinuousClock.Instant {
        while true {
            if Loopback.answers(stack.pooler.port) { return .now }
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}
