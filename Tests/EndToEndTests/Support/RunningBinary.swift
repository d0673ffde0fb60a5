// The built binary as a process that runs until it is told to stop.
import Subprocess
import SystemPackage

/// A `serve` or `dev` that runs as long as the body of `with`.
struct RunningBinary: Sendable {
    let log: LogLines
    private let process: ProcessIdentifier

    struct Ended<R: Sendable>: Sendable {
        let value: R
        /// 128 and the signal's number where a signal ended it.
        let status: Int32
        let log: String
    }

    /// Runs it with the body, and stops it by the signal when the body has returned.
    /// - Parameters:
    ///   - program: another one in its place.
    ///   - input: what it reads; closed here. Nothing if left out.
    static func with<R: Sendable>(
        program: String? = nil,
        _ arguments: [String],
        environment: [String: String] = [:],
        directory: String = "/",
        input: FileDescriptor? = nil,
        stopBy signal: Signal = .terminate,
        _ body: @escaping @Sendable (RunningBinary) async throws -> R
    ) async throws -> Ended<R> {
        for name in ["FASTAPI_SECRET_KEY", "SUPABASE_JWT_SECRET"] { environment[name].map(SuiteLog.mustNotHold) }
        if let url = environment["DATABASE_URL"], let password = url.firstMatch(of: /:\/\/[^:@]+:([^@]{8,})@/) {
            SuiteLog.mustNotHold(String(password.1))
        }
        let log = LogLines()
        let outcome = try await Subprocess.run(
            .path(FilePath(try program ?? Binary.path)),
            arguments: Arguments(arguments),
            environment: Binary.environment(environment),
            workingDirectory: FilePath(directory),
            input: .fileDescriptor(try input ?? FileDescriptor.open("/dev/null", .readOnly), closeAfterSpawningProcess: true),
            output: .sequence,
            error: .combinedWithOutput
        ) { execution in
            let output = execution.standardOutput
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for try await line in output.strings() { log.append(line) }
                    log.end()
                }
                let value: R
                do {
                    value = try await body(RunningBinary(log: log, process: execution.processIdentifier))
                } catch {
                    try execution.send(signal: .terminate)
                    throw error
                }
                // One that has ended by itself takes no signal, and its exit code tells.
                do { try execution.send(signal: signal) } catch {}
                try await group.waitForAll()
                return value
            }
        }
        return Ended(value: outcome.closureResult, status: outcome.terminationStatus.code, log: log.text)
    }

    /// `serve` on a port of the system's choice; the body gets its address.
    static func serving<R: Sendable>(
        _ settings: [String: String],
        _ body: @escaping @Sendable (Client) async throws -> R
    ) async throws -> Ended<R> {
        try await with(["serve", "--host", "127.0.0.1", "--port", "0"], environment: settings) { running in
            let line = await running.log.first { $0.contains("serving on http://") }
            guard let url = line?.split(separator: " ").last else { throw NotServing(log: running.log.text) }
            return try await body(Client(base: String(url), log: running.log, process: running.process))
        }
    }
}

struct NotServing: Error, CustomStringConvertible {
    let log: String
    var description: String { "it does not serve:\n\(log)" }
}
