// Every line that a process of this suite writes, kept until the suite has ended: then `scripts/secrets-in-logs` looks for secrets in them.
import Synchronization
import TestSupport

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

enum SuiteLog {
    static let directory = TestStack.checkout + "/.build/suite-log"
    private static let lines = Mutex<Int32>(open("lines"))
    private static let secrets = Mutex<Int32>(open("secrets"))

    static func keep(_ line: String) {
        lines.withLock { write(line, $0) }
    }

    /// Something that no line may hold, here or in what another process writes.
    static func mustNotHold(_ secret: String) {
        secrets.withLock { write(secret, $0) }
    }

    /// Appended to: the suite may run in several processes.
    private static func open(_ name: String) -> Int32 {
        mkdir(directory, 0o755)
        return Glibc.open("\(directory)/\(name)", O_WRONLY | O_APPEND | O_CREAT, 0o600)
    }

    private static func write(_ line: String, _ file: Int32) {
        let bytes = Array((line + "\n").utf8)
        precondition(Glibc.write(file, bytes, bytes.count) == bytes.count, "the suite's log can't be written")
    }
}
