// Why there is no stack, and what to do about it.

package enum LocalStackError: Error, Sendable, Hashable {
    /// Programs that are not on this machine.
    case programsMissing([String])
    /// A program older than the oldest that will do.
    case programTooOld(String, found: String, needed: String)
    /// This process is root, and there is no user the servers could run as.
    case noAccount(String)
    /// The directory cannot serve; `reason` says why.
    case directoryUnusable(String, reason: String)
    /// Another process runs a stack in this directory.
    case alreadyRunning(directory: String, processID: Int32?)
    /// A server that an earlier run left does not stop.
    case leftoverStays(LocalStack.Part, processID: Int32)
    /// A file or directory could not be read, written or changed.
    case file(String, path: String, reason: String)
    /// A program ended with an error, or not in time.
    case programFailed(String, ending: String, output: [String])
    /// No port was free among those tried.
    case noFreePort(LocalStack.Part, first: Int, last: Int)
    /// A server ended while it started, or did not answer in time.
    case notReady(LocalStack.Part, reason: String, log: [String], logFile: String)
}

extension LocalStackError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .programsMissing(let names):
            "The local database needs \(names.joined(separator: ", ")), not found here. \(Self.installHint)"
        case .programTooOld(let name, let found, let needed):
            "\(name) is version \(found) here; the local database needs \(needed) or newer. \(Self.installHint)"
        case .noAccount(let name):
            "PostgreSQL refuses to run as root and this machine has no user \(name) to run as. \(Self.installHint)"
        case .directoryUnusable(let path, let reason):
            "The directory \(path) cannot hold the local database: \(reason). "
                + "Choose another one, which is made if it is not there."
        case .alreadyRunning(let directory, let processID):
            "A local database is already running in \(directory)\(processID.map { " (process \($0))" } ?? ""). "
                + "Stop that one first, or choose another directory."
        case .leftoverStays(let part, let processID):
            "\(part.rawValue) of an earlier run (process \(processID)) does not stop. End it by hand: kill -9 \(processID)"
        case .file(let action, let path, let reason):
            "Could not \(action) \(path): \(reason)."
        case .programFailed(let name, let ending, let output):
            "\(name) \(ending)." + Self.quoted(output, after: " It said:")
        case .noFreePort(let part, let first, let last):
            "No port from \(first) to \(last) is free for \(part.rawValue). Choose another one to begin with."
        case .notReady(let part, let reason, let log, let logFile):
            "\(part.rawValue) did not start: it \(reason)." + Self.quoted(log, after: " The log (\(logFile)) ends with:")
        }
    }

    private static func quoted(_ lines: [String], after heading: String) -> String {
        lines.isEmpty ? "" : heading + lines.map { "\n  \($0)" }.joined()
    }

    #if os(macOS)
        static let installHint = "Install it with: brew install postgresql@17 pgbouncer openssl"
    #else
        static let installHint = "Install it with: apt-get install postgresql pgbouncer openssl util-linux"
    #endif
}
