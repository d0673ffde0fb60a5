// A database of its own for each test.
package import LocalStack
package import Postgres
package import Storage
import Synchronization

/// A database that a test has for itself, behind the pooler in transaction mode.
package struct TestDatabase: Sendable {
    package let stack: LocalStack
    package let name: String
    /// Through the pooler: what the product gets.
    package let url: ConnectionURL
    package let pool: Pool

    package var database: Database { Database(pool) }

    /// What it starts from.
    package enum Beginning: Sendable {
        /// As `create database` makes it on Supabase.
        case empty
        /// With this version's schema.
        case migrated
    }

    private static let gate = Gate(places: 4)
    private static let counter = Atomic<Int>(0)
    private static let template = Mutex<Task<Void, any Error>?>(nil)

    /// Lends a new database to the body and drops it afterwards.
    package static func with<R>(
        _ beginning: Beginning = .migrated,
        bound: Int = 4,
        _ body: (TestDatabase) async throws -> R
    ) async throws -> R {
        await gate.enter()
        defer { gate.leave() }
        let stack = try await TestStack.shared()
        if beginning == .migrated { try await makeTemplate(stack) }
        return try await with(beginning, on: stack, bound: bound, body)
    }

    /// The same on a stack that the test has for itself; `.empty` only.
    package static func with<R>(on stack: LocalStack, _ body: (TestDatabase) async throws -> R) async throws -> R {
        try await with(.empty, on: stack, bound: 4, body)
    }

    private static func with<R>(
        _ beginning: Beginning,
        on stack: LocalStack,
        bound: Int,
        _ body: (TestDatabase) async throws -> R
    ) async throws -> R {
        let name = "test_\(counter.add(1, ordering: .relaxed).newValue)"
        let from = beginning == .migrated ? " template livinglytics_template" : ""
        try await administer(stack, "create database \(unsafe: name)\(unsafe: from)")
        let url = try ConnectionURL(stack.url(database: name))
        var configuration = Pool.Configuration(url: url)
        configuration.bound = bound
        configuration.acquireLimit = .seconds(40)
        let test = TestDatabase(stack: stack, name: name, url: url, pool: Pool(configuration))
        do {
            let result = try await body(test)
            try await test.drop()
            return result
        } catch {
            try await test.drop()
            throw error
        }
    }

    /// A statement as the superuser, past the pooler: what no part of the product may do.
    package func asSuperuser(_ sql: SQL) async throws -> Rows {
        let url = try ConnectionURL(stack.url(database: name, through: .direct, as: stack.superuser))
        return try await Self.once(url, sql)
    }

    /// Drops what an earlier run left behind.
    static func removeLeftovers(_ stack: LocalStack) async throws {
        let url = try ConnectionURL(stack.url(through: .direct))
        let names: [String] = try await once(
            url,
            "select datname from pg_database where datname like 'test\\_%' or datname = 'livinglytics_template'"
        ).map { try $0.get(0) }
        for name in names { try await administer(stack, as: stack.superuser, "drop database \(identifier: name) with (force)") }
    }

    private func drop() async throws {
        await pool.close()
        try await Self.administer(stack, as: stack.superuser, "drop database \(unsafe: name) with (force)")
    }

    private static func makeTemplate(_ stack: LocalStack) async throws {
        let task = template.withLock { template in
            if let template { return template }
            let task = Task {
                try await administer(stack, "create database livinglytics_template")
                var configuration = Pool.Configuration(
                    url: try ConnectionURL(stack.url(database: "livinglytics_template", through: .direct))
                )
                configuration.acquireLimit = .seconds(40)
                let pool = Pool(configuration)
                try await Migrator(Database(pool)).migrate()
                await pool.close()
                // A template must have no sessions: what is closing still counts.
                try await administer(
                    stack,
                    as: stack.superuser,
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'livinglytics_template'"
                )
            }
            template = task
            return task
        }
        try await task.value
    }

    /// As the owner of the database, or as the superuser: ending the sessions of a database may meet an autovacuum worker, which is the
    /// superuser's.
    private static func administer(_ stack: LocalStack, as login: LocalStack.Login? = nil, _ sql: SQL) async throws {
        _ = try await once(try ConnectionURL(stack.url(through: .direct, as: login)), sql)
    }

    private static func once(_ url: ConnectionURL, _ sql: SQL) async throws -> Rows {
        let connection = try await Connection.connect(to: url, within: .seconds(40))
        let rows = try await connection.query(sql, within: .seconds(30))
        await connection.close()
        return rows
    }
}
