// The README's commands, executed, with the output that it shows.
import TestSupport
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite(.timeLimit(.minutes(10))) struct ReadmeTests {
    private struct Step {
        let command: String
        var output = ""
    }

    /// The `$` lines of the ```console blocks, each with the lines that follow it.
    private func steps() throws -> [Step] {
        let readme = try String(contentsOfFile: TestStack.checkout + "/README.md", encoding: .utf8)
        var steps: [Step] = []
        var isInside = false
        for line in readme.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isInside = line == "```console"
            } else if isInside, line.hasPrefix("$ ") {
                steps.append(Step(command: String(line.dropFirst(2))))
            } else if isInside {
                steps[steps.count - 1].output += line + "\n"
            }
        }
        return steps
    }

    @Test func everyCommandPrintsWhatItSays() async throws {
        let steps = try steps()
        #expect(steps.count >= 8)
        try await TestDatabase.with(.empty) { test in
            let folder = URL(fileURLWithPath: try Binary.path).deletingLastPathComponent().path
            let path = folder + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
            let environment = test.settings(["PATH": path])
            for step in steps.prefix(while: { !$0.command.contains("curl") }) { try await run(step, environment) }
            _ = try await RunningBinary.serving(environment) { client in
                for step in steps.drop(while: { !$0.command.contains("curl") }) {
                    let command = step.command.replacing("http://127.0.0.1:8080", with: client.base)
                    try await run(Step(command: command, output: step.output), environment)
                }
            }
        }
    }

    /// Standard output only: the README leaves out progress.
    private func run(_ step: Step, _ environment: [String: String]) async throws {
        let outcome = try await Shell.run("(\(step.command)) 2>/dev/null", in: TestStack.checkout, environment: environment)
        #expect(outcome.output.trimmingCharacters == step.output.trimmingCharacters, "\(step.command)")
        #expect(outcome.status == 0, "\(step.command)")
    }
}

extension String {
    /// Without line breaks at its end: curl prints none.
    fileprivate var trimmingCharacters: String { String(reversed().drop(while: \.isNewline).reversed()) }
}
