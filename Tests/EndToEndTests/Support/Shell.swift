// A line of shell, as a user would type it.
import Subprocess
import SystemPackage

enum Shell {
    /// - Returns: standard output and standard error together, and the exit code.
    @discardableResult
    static func run(_ line: String, in directory: String, environment: [String: String] = [:]) async throws -> (
        output: String, status: Int32
    ) {
        let outcome = try await Subprocess.run(
            .name("bash"),
            arguments: ["-c", line],
            environment: Binary.environment(environment),
            workingDirectory: FilePath(directory),
            output: .string(limit: 1 << 22),
            error: .combinedWithOutput
        )
        return (outcome.standardOutput, outcome.terminationStatus.code)
    }
}
