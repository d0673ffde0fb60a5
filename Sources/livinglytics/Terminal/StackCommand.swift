// `livinglytics dev -- COMMAND`: a command with the stack around it.
import App
import LocalStack
import Subprocess
import SystemPackage

struct StackCommand {
    private let words: [String]

    init(_ words: [String]) {
        self.words = words
    }

    /// Runs it with our own input and output, and the settings of the stack in its environment.
    /// - Returns: its exit code; 128 and the signal's number when a signal ended it, as shells say it.
    func run(_ stack: LocalStack) async throws -> Int32 {
        let settings = try Settings.local(stack, port: 8080)
        var environment = Environment.inherit
        for entry in settings.entries where entry.origin == .environment {
            environment = environment.updating([.init(stringLiteral: entry.setting.name): entry.value])
        }
        let outcome = try await Subprocess.run(
            words[0].contains("/") ? .path(FilePath(words[0])) : .name(words[0]),
            arguments: Arguments(Array(words.dropFirst())),
            environment: environment,
            input: .fileDescriptor(.standardInput, closeAfterSpawningProcess: false),
            output: .fileDescriptor(.standardOutput, closeAfterSpawningProcess: false),
            error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false)
        )
        switch outcome.terminationStatus {
        case .exited(let code): return code
        case .signaled(let signal): return 128 + signal
        }
    }
}
