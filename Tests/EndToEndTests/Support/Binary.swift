// The built binary, run as a user runs it.
import LocalStack
import Subprocess
import SystemPackage
import TestSupport

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

enum Binary {
    /// Beside the test bundle: `swift build --build-tests` makes both.
    static var path: String {
        get throws {
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return URL(fileURLWithPath: tests).deletingLastPathComponent().appending(path: "livinglytics").path
        }
    }

    struct Outcome: Sendable {
        let status: Int32
        let output: String
        let error: String
    }

    /// Runs it to its end.
    /// - Parameters:
    ///   - environment: all that it gets beside PATH and HOME.
    ///   - directory: where it runs; a folder without `.env` if left out.
    static func run(
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String = "",
        directory: String? = nil
    ) async throws -> Outcome {
        let outcome = try await Subprocess.run(
            .path(FilePath(try path)),
            arguments: Arguments(arguments),
            environment: Self.environment(environment),
            workingDirectory: FilePath(directory ?? FileManager.default.temporaryDirectory.path),
            input: .fileDescriptor(PipedText.readEnd(of: input), closeAfterSpawningProcess: true),
            output: .string(limit: 1 << 22),
            error: .string(limit: 1 << 22)
        )
        return Outcome(status: outcome.terminationStatus.code, output: outcome.standardOutput, error: outcome.standardError)
    }

    static func environment(_ changes: [String: String]) -> Environment {
        let inherited = ProcessInfo.processInfo.environment
        var values: [Environment.Key: String] = ["NO_COLOR": "1"]
        for name in ["PATH", "HOME"] { values[.init(stringLiteral: name)] = inherited[name] }
        for (name, value) in changes { values[.init(stringLiteral: name)] = value }
        return .custom(values)
    }
}

extension TerminationStatus {
    /// As shells say it: 128 and the signal's number where a signal ended it.
    var code: Int32 {
        switch self {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
    }
}
