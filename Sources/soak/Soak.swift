// Long runs of the client against faults: each counts what must be zero. soak/README.md says how to read it.
import LocalStack
import Postgres
import SystemPackage
import TestSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `soak [--long] [NAME…]`: all soaks, or those named; a minute in all, or as long as the figures want.
@main enum Soak {
    private typealias Entry = (name: String, run: @Sendable (Ground, Bool) async throws -> Finding)

    private static let all: [Entry] = [
        ("kills", { try await PoolerKills.run($0, rounds: $1 ? 50 : 4) }),
        ("faults", { try await Faults.run($0, count: $1 ? 1000 : 60) }),
        ("tenants", { try await Tenants.run($0, transactions: $1 ? 1_000_000 : 20_000) }),
        ("commits", { try await Commits.run($0, cuts: $1 ? 10_000 : 200) }),
    ]

    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        let names = arguments.filter { $0 != "--long" }
        guard names.allSatisfy({ name in all.contains { $0.name == name } }) else {
            print("soak [--long] [\(all.map(\.name).joined(separator: " | "))]…")
            exit(64)
        }
        let chosen = all.filter { names.isEmpty || names.contains($0.name) }
        // Where the servers' user can reach it, when this process is root.
        let directory = "/var/tmp/livinglytics-soak-\(getpid())"
        let configuration = LocalStack.Configuration(
            directory: directory,
            preferredPoolerPort: 46543,
            preferredServerPort: 45432,
            durability: .fast
        )
        do {
            let failed = try await LocalStack.withRunning(configuration, observe: { note("\($0)") }) { stack in
                try await run(chosen, stack, isLong: arguments.contains("--long"))
            }
            TestStack.remove(directory)
            exit(failed ? 1 : 0)
        } catch {
            TestStack.remove(directory)
            note("soak: \(error)")
            exit(1)
        }
    }

    /// - Returns: whether one of them found what must not be.
    private static func run(_ chosen: [Entry], _ stack: LocalStack, isLong: Bool) async throws -> Bool {
        var failed = false
        for soak in chosen {
            let begun = ContinuousClock.now
            let finding = try await soak.run(Ground(stack: stack), isLong)
            print("\(soak.name) (\((ContinuousClock.now - begun).components.seconds) s)")
            for line in finding.lines { print("  \(line)") }
            fflush(nil)
            failed = failed || finding.failed
        }
        return failed
    }

    /// What happens to the servers is no finding: it goes to standard error.
    private static func note(_ text: String) {
        do { try FileDescriptor.standardError.writeAll((text + "\n").utf8) } catch { /* Nobody reads it any more. */  }
    }
}

/// What a soak found, one count a line.
struct Finding {
    private(set) var lines: [String] = []
    private(set) var failed = false

    /// A figure that says how much was tried.
    mutating func note(_ count: Int, _ what: String) {
        lines.append("\(count) \(what)")
    }

    /// A figure with a goal.
    mutating func expect(_ holds: Bool, _ what: String) {
        lines.append((holds ? "" : "NOT MET: ") + what)
        failed = failed || !holds
    }

    mutating func expectNone(_ count: Int, _ what: String) {
        expect(count == 0, "\(count) \(what)")
    }
}
