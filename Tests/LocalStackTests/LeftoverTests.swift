// Files of an earlier run that must not hinder the next one.

import Testing

@testable import LocalStack

@Suite(.serialized)
struct LeftoverTests {
    /// The number in PostgreSQL's note belongs to a stranger by now, of the very user the servers run as.
    @Test func aStaleProcessIDThatSomeoneElseHas() async throws {
        try await TestDirectory.with { configuration in
            try await LocalStack.withRunning(configuration) { _ in }
            let account = try OSAccount.forServers()
            let servers = Host(programs: try Programs.find(), account: account)
            let stranger = try await servers.run("sh", ["-c", "sleep 300 >/dev/null 2>&1 & echo $!"])
            let layout = Layout(directory: configuration.directory)
            for note in [layout.postmasterFile, layout.processIDFile(.pooler), layout.processIDFile(.server)] {
                try Files.write(stranger, to: note, mode: 0o600, owner: account)
            }
            let observed = Observed()
            try await LocalStack.withRunning(configuration, observe: observed.observe) { stack in
                try await stack.expect("select 1;", gives: "1")
            }
            #expect(!observed.list.contains { if case .stoppedLeftover = $0 { true } else { false } })
            // Fails if the stranger was taken for one of ours and stopped.
            try await servers.run("kill", [stranger.split(separator: "\n").joined()])
        }
    }

    @Test func aClusterThatWasNeverFinished() async throws {
        try await TestDirectory.with { configuration in
            try await LocalStack.withRunning(configuration) { _ in }
            try Files.remove(Layout(directory: configuration.directory).complete)
            let observed = Observed()
            try await LocalStack.withRunning(configuration, observe: observed.observe) { stack in
                try await stack.expect("select count(*) from pg_roles where rolname = 'anon';", gives: "1")
            }
            #expect(observed.list.contains { if case .initialising = $0 { true } else { false } })
        }
    }

    @Test func aServerThatCannotStartSaysWhy() async throws {
        try await TestDirectory.with { configuration in
            try await LocalStack.withRunning(configuration) { _ in }
            let layout = Layout(directory: configuration.directory)
            try Files.write("nonsense = here\n", to: "\(layout.data)/postgresql.conf", mode: 0o600, owner: try OSAccount.forServers())
            let error = await #expect(throws: LocalStackError.self) {
                try await LocalStack.withRunning(configuration) { _ in }
            }
            #expect(error?.description.contains("unrecognized configuration parameter \"nonsense\"") == true)
        }
    }
}
