// How programs are run on this machine: from which PATH, as which user, with an environment of their own.

import Subprocess

struct Host: Sendable {
    let programs: Programs
    /// Who the programs run as; nil is our own user.
    let account: OSAccount?

    /// Nothing of our environment reaches a program: a PGHOST or PGOPTIONS of the user's would change what it does.
    /// LC_ALL is there because PostgreSQL does not start on macOS without a locale.
    private func environment(_ additions: [String: String]) -> Environment {
        var values: [Environment.Key: String] = ["PATH": programs.searchPath, "LC_ALL": "C"]
        for (name, value) in additions {
            if let key = Environment.Key(rawValue: name) { values[key] = value }
        }
        return .custom(values)
    }

    /// Starts `sh` with these arguments as `account`. Subprocess' own userID would call setuid between clone and exec on Linux,
    /// where glibc waits for ever for a thread that was just starting (seen in our tests; compare its issue 374). So setpriv
    /// does it there; a session is set by posix_spawn, which is safe.
    func shell(_ arguments: [String], environment additions: [String: String] = [:]) -> Configuration {
        var options = PlatformOptions()
        // Keeps the terminal's Ctrl-C and hang-up away.
        options.createSession = true
        var words = ["sh"] + arguments
        if let account {
            #if canImport(Darwin)
                options.userID = account.userID
                options.groupID = account.groupID
                options.supplementaryGroups = [account.groupID]
            #else
                words = ["setpriv", "--reuid=\(account.userID)", "--regid=\(account.groupID)", "--clear-groups", "--"] + words
            #endif
        }
        return Configuration(
            executable: .name(words[0]),
            arguments: Arguments(Array(words.dropFirst())),
            environment: environment(additions),
            platformOptions: options
        )
    }

    /// Our working directory may be one that the servers' user cannot enter; and what a program makes is for its owner only.
    private static let prologue = #"cd / && umask 077 && exec "$@""#

    /// Runs a program to its end and gives what it printed on standard output.
    ///
    /// - Parameters:
    ///   - secrets: texts to keep out of an error.
    ///   - limit: how long it may take; then it is killed.
    /// - Throws: `LocalStackError.programFailed` with the last lines of what it printed.
    @discardableResult
    func run(
        _ name: String,
        _ arguments: [String],
        environment additions: [String: String] = [:],
        input: String = "",
        secrets: [String] = [],
        limit: Duration = .seconds(60)
    ) async throws -> String {
        let shell = shell(["-c", Self.prologue, "run", name] + arguments, environment: additions)
        let result = try await withDeadline(limit) {
            try await Subprocess.run(
                shell,
                input: .fileDescriptor(PipedText.readEnd(of: input), closeAfterSpawningProcess: true),
                output: .string(limit: 1 << 20),
                error: .string(limit: 1 << 20)
            )
        }
        guard let result else {
            throw LocalStackError.programFailed(name, ending: "took longer than \(limit)", output: [])
        }
        guard result.terminationStatus.isSuccess else {
            let said = result.standardError.isEmpty ? result.standardOutput : result.standardError
            throw LocalStackError.programFailed(
                name,
                ending: result.terminationStatus.ending,
                output: Text.lastLines(of: said, without: secrets)
            )
        }
        return result.standardOutput
    }
}

extension TerminationStatus {
    /// To stand after a program's name: "ended with status 1".
    var ending: String {
        switch self {
        case .exited(let status): "ended with status \(status)"
        case .signaled(let signal): "was ended by signal \(signal)"
        }
    }
}

/// What the operation gives, or nil when it is not done in time. It is cancelled then, which kills a program it runs.
func withDeadline<Value: Sendable>(
    _ limit: Duration,
    _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value? {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await operation() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        return try await group.next() ?? nil
    }
}
