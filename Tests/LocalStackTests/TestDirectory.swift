// Directories for test stacks, and psql to look into them.

import Testing

@testable import LocalStack

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

enum TestDirectory {
    /// Gives the body a directory of its own, below one that the servers' user can reach, and removes it afterwards.
    static func with(_ body: (LocalStack.Configuration) async throws -> Void) async throws {
        let path = "/var/tmp/livinglytics-test-\(Secrets.random())"
        let host = try host()
        do {
            try await body(configuration(path))
        } catch {
            try await host.run("rm", ["-rf", path])
            throw error
        }
        try await host.run("rm", ["-rf", path])
    }

    static func configuration(_ path: String) -> LocalStack.Configuration {
        .init(directory: path, preferredPoolerPort: 26543, preferredServerPort: 25432, durability: .fast)
    }

    /// Runs programs as this process' own user.
    static func host() throws -> Host {
        Host(programs: try Programs.find(), account: nil)
    }

    static func isAlive(_ processID: Int32, _ part: LocalStack.Part, in path: String) async throws -> Bool {
        try await Leftovers.isOurs(processID, part, Layout(directory: path), host())
    }
}

extension LocalStack {
    /// What psql prints for the SQL, without its last newline.
    func psql(
        _ sql: String,
        through route: Route = .pooler,
        as login: Login? = nil,
        database: String = "postgres",
        settings: [String: String] = ["PGSSLMODE": "require"]
    ) async throws -> String {
        let login = login ?? owner
        let endpoint = route == .pooler ? pooler : server
        var environment = [
            "PGHOST": endpoint.host, "PGPORT": "\(endpoint.port)", "PGUSER": login.role, "PGPASSWORD": login.password,
            "PGDATABASE": database,
        ]
        environment.merge(settings) { $1 }
        let output = try await TestDirectory.host().run(
            "psql",
            ["-XqtA", "--set=ON_ERROR_STOP=1", "--file=-"],
            environment: environment,
            input: sql
        )
        return String(output.trimmingSuffix { $0.isNewline })
    }
}

extension LocalStack {
    /// Expects what psql prints for the SQL through the pooler.
    func expect(_ sql: String, gives expected: String, at location: SourceLocation = #_sourceLocation) async throws {
        let found = try await psql(sql)
        #expect(found == expected, sourceLocation: location)
    }
}

extension StringProtocol {
    func trimmingSuffix(while predicate: (Character) -> Bool) -> SubSequence {
        var rest = self[...]
        while let last = rest.last, predicate(last) { rest.removeLast() }
        return rest
    }
}
