// What a process writes, line by line, and waiting for a line.
import Synchronization

final class LogLines: Sendable {
    private struct Wait {
        let matches: @Sendable (String) -> Bool
        let continuation: CheckedContinuation<String?, Never>
    }

    private struct State {
        var lines: [String] = []
        var waits: [Wait] = []
        var hasEnded = false
    }

    private let state = Mutex(State())

    var text: String { state.withLock { $0.lines.joined(separator: "\n") } }

    func append(_ line: String) {
        SuiteLog.keep(line)
        let met = state.withLock { state in
            state.lines.append(line)
            let met = state.waits.filter { $0.matches(line) }
            state.waits.removeAll { $0.matches(line) }
            return met
        }
        for wait in met { wait.continuation.resume(returning: line) }
    }

    /// The process has ended: nobody need wait any longer.
    func end() {
        let waits = state.withLock { state in
            defer { (state.waits, state.hasEnded) = ([], true) }
            return state.waits
        }
        for wait in waits { wait.continuation.resume(returning: nil) }
    }

    /// The first line that matches, as soon as it is there; nil when the process ends without it.
    func first(where matches: @escaping @Sendable (String) -> Bool) async -> String? {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                if let line = state.lines.first(where: matches) {
                    continuation.resume(returning: line)
                } else if state.hasEnded {
                    continuation.resume(returning: nil)
                } else {
                    state.waits.append(Wait(matches: matches, continuation: continuation))
                }
            }
        }
    }
}
