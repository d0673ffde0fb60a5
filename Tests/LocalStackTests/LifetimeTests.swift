// The servers live as long as the process that runs them, whatever happens to it; data and passwords live longer.

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
struct LifetimeTests {
    @Test func dataAndPasswordOutliveARun() async throws {
        try await TestDirectory.with { configuration in
            let first = try await LocalStack.withRunning(configuration) { stack in
                _ = try await stack.psql("create table kept as select 42 as answer;")
                return stack
            }
            #expect(Ports.isFree(first.server.port) && Ports.isFree(first.pooler.port))
            try await LocalStack.withRunning(configuration) { stack in
                #expect(stack.password == first.password)
                try await stack.expect("select answer from kept;", gives: "42")
            }
        }
    }

    @Test func aSecondRunIsRefusedAndTheFirstNotDisturbed() async throws {
        try await TestDirectory.with { configuration in
            try await LocalStack.withRunning(configuration) { stack in
                let before = [await stack.processID(of: .server), await stack.processID(of: .pooler)]
                await #expect(throws: LocalStackError.alreadyRunning(directory: stack.directory, processID: getpid())) {
                    try await LocalStack.withRunning(configuration) { _ in }
                }
                #expect([await stack.processID(of: .server), await stack.processID(of: .pooler)] == before)
                try await stack.expect("select 1;", gives: "1")
            }
        }
    }

    @Test func twoStacksSideBySideTakeDifferentPorts() async throws {
        try await TestDirectory.with { one in
            try await TestDirectory.with { two in
                try await LocalStack.withRunning(one) { first in
                    let observed = Observed()
                    var two = two
                    two.preferredPoolerPort = first.pooler.port
                    two.preferredServerPort = first.server.port
                    try await LocalStack.withRunning(two, observe: observed.observe) { second in
                        #expect(second.pooler != first.pooler && second.server != first.server)
                        try await second.expect("select 1;", gives: "1")
                        #expect(second.password != first.password)
                    }
                    #expect(observed.list.contains(.portTaken(.pooler, port: first.pooler.port)))
                    #expect(observed.list.contains(.portTaken(.server, port: first.server.port)))
                }
            }
        }
    }

    @Test func whatTheBodyThrowsComesOutAndTheServersStop() async throws {
        struct Thrown: Error {}
        try await TestDirectory.with { configuration in
            let observed = Observed()
            await #expect(throws: Thrown.self) {
                try await LocalStack.withRunning(configuration, observe: observed.observe) { _ in throw Thrown() }
            }
            #expect(observed.list.suffix(2) == [.stopping(.pooler), .stopping(.server)])
            try await LocalStack.withRunning(configuration) { _ in }
        }
    }

    /// What is cancelled may still have something to finish in the database.
    @Test func aCancelledBodyKeepsItsServersToTheEnd() async throws {
        try await TestDirectory.with { configuration in
            let observed = Observed()
            let task = Task {
                try await LocalStack.withRunning(configuration, observe: observed.observe) { stack in
                    withUnsafeCurrentTask { $0?.cancel() }
                    return try await Task { try await stack.psql("select 1;") }.value
                }
            }
            let answer = try await task.value
            #expect(answer == "1")
            #expect(observed.list.suffix(2) == [.stopping(.pooler), .stopping(.server)])
        }
    }

    @Test(arguments: LocalStack.Part.allCases)
    func aKilledServerIsNoticedAndComesBack(_ part: LocalStack.Part) async throws {
        try await TestDirectory.with { configuration in
            let observed = Observed()
            try await LocalStack.withRunning(configuration, observe: observed.observe) { stack in
                let before = try #require(await stack.processID(of: part))
                kill(before, SIGKILL)
                let ending = await observed.first { if case .died(part, let ending, _) = $0 { ending } else { nil } }
                #expect(ending == "was ended by signal 9")
                try await stack.restart(part)
                #expect(await stack.processID(of: part) != before)
                #expect(try await stack.psql("select 1;", through: part == .server ? .direct : .pooler) == "1")
            }
        }
    }
}
