// Runs that end by kill -9, in processes of their own, and what the next run makes of it.

import Testing

@testable import LocalStack

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite(.serialized)
struct KilledRunTests {
    @Test func noServerOutlivesItsProcess() async throws {
        try await TestDirectory.with { configuration in
            let path = configuration.directory
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
                try await KilledRun.start(path) { _ in }
            }
            let gone = try await Poll.until(within: .seconds(10)) { try await KilledRun.survivors(path).isEmpty ? true : nil }
            #expect(gone == true)
            try await expectNextRun(configuration, finds: "kept")
        }
    }

    @Test func theNextRunNeedNotWait() async throws {
        try await TestDirectory.with { configuration in
            let path = configuration.directory
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
                try await KilledRun.start(path) { _ in }
            }
            try await expectNextRun(configuration, finds: "kept")
        }
    }

    /// Not even the supervisors are left to stop the servers.
    @Test func serversWithoutSupervisorsAreStoppedByTheNextRun() async throws {
        try await TestDirectory.with { configuration in
            let path = configuration.directory
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
                try await KilledRun.start(path) { try await KilledRun.killShells(in: $0) }
            }
            #expect(try await KilledRun.survivors(path).count == 2)
            let observed = Observed()
            try await LocalStack.withRunning(configuration, observe: observed.observe) { stack in
                try await stack.expect("select word from probe;", gives: "kept")
            }
            let stopped = observed.list.compactMap { if case .stoppedLeftover(let part, _) = $0 { part } else { nil } }
            #expect(stopped == [.pooler, .server])
        }
    }

    private func expectNextRun(_ configuration: LocalStack.Configuration, finds word: String) async throws {
        try await LocalStack.withRunning(configuration) { stack in
            try await stack.expect("select word from probe;", gives: word)
        }
    }
}

/// A run in a process that is about to die.
enum KilledRun {
    /// Starts the stack, writes down its process ids, and kills its own process. `before` gets the servers' process groups.
    static func start(_ path: String, before: ([Int32]) async throws -> Void) async throws {
        try await LocalStack.withRunning(TestDirectory.configuration(path)) { stack in
            _ = try await stack.psql("create table probe as select 'kept' as word;")
            var ids: [Int32] = []
            for part in LocalStack.Part.allCases { ids.append(await stack.processID(of: part) ?? 0) }
            let line = ids.map(String.init).joined(separator: " ")
            try Files.write(line, to: "\(path)/process-ids", mode: 0o600, owner: nil)
            try await before(ids.map { getpgid($0) })
            kill(getpid(), SIGKILL)
        }
    }

    /// Kills the supervisors, which are the shells in the servers' process groups: all at once, before one notices the other's end.
    static func killShells(in groups: [Int32]) async throws {
        let script = #"""
            kill -9 $(ps -A -o pid=,pgid=,comm= | sort -rn | while read -r process group name; do
                case "$name $*" in *sh*" $group"*) echo "$process" ;; esac
            done)
            """#
        try await TestDirectory.host().run("sh", ["-c", script, "kill-shells"] + groups.map(String.init))
    }

    /// Which of the servers that `start` wrote down still run.
    static func survivors(_ path: String) async throws -> [LocalStack.Part] {
        let ids = (try Files.read("\(path)/process-ids") ?? "").split(separator: " ").compactMap { Int32($0) }
        try #require(ids.count == LocalStack.Part.allCases.count)
        var alive: [LocalStack.Part] = []
        for (part, id) in zip(LocalStack.Part.allCases, ids) where try await TestDirectory.isAlive(id, part, in: path) {
            alive.append(part)
        }
        return alive
    }
}
