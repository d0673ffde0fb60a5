// A server process and the supervisor that ties its life to ours.

import Subprocess
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

final class SupervisedProcess: Sendable {
    /// The server's own process id, not the supervisor's.
    let processID: Int32

    private struct State {
        var ending: String?
        var askedToStop = false
    }

    /// The write end of the supervisor's pipe. Subprocess makes it close-on-exec, so nothing we start later inherits it.
    private let leash: StandardInputWriter
    private let life: Task<String, Never>
    private let state: Mutex<State>

    private struct Birth: Sendable {
        let processID: Int32
        let leash: StandardInputWriter
    }

    private init(birth: Birth, life: Task<String, Never>) {
        processID = birth.processID
        leash = birth.leash
        self.life = life
        state = Mutex(State())
    }

    /// Starts the server; it is not ready yet. The supervisor lives in a task of its own: when ours is cancelled, whatever still
    /// uses the servers comes to its end first, and they are stopped in their order.
    static func start(_ command: ServerCommand, in layout: Layout, by host: Host) async throws -> SupervisedProcess {
        let log = layout.log(command.part)
        if Files.exists(log) { try Files.move(log, to: log + ".previous") }
        let arguments = Supervisor.arguments(for: command, in: layout)
        let (births, announce) = AsyncStream.makeStream(of: Birth.self)
        let life = Task {
            defer { announce.finish() }
            return await run(arguments, by: host) { announce.yield($0) }
        }
        // Not in our task: cancelled, it would leave the server behind without its leash in our hand.
        guard let birth = await Task(operation: { await births.first { _ in true } }).value else {
            throw LocalStackError.notReady(command.part, reason: await life.value, log: [], logFile: log)
        }
        let process = SupervisedProcess(birth: birth, life: life)
        process.noteEnding()
        return process
    }

    private static func run(_ arguments: [String], by host: Host, announce: (Birth) -> Void) async -> String {
        do {
            let result = try await Subprocess.run(
                host.shell(arguments),
                input: .inputWriter,
                output: .sequence,
                error: .discarded
            ) { execution in
                for try await line in execution.standardOutput.strings() {
                    guard let processID = Int32(line) else { continue }
                    announce(Birth(processID: processID, leash: execution.standardInputWriter))
                }
            }
            return Self.serverEnding(result.terminationStatus)
        } catch {
            return "could not be started (\(error))"
        }
    }

    /// The shell's status is the server's, 128 and more for a signal.
    private static func serverEnding(_ status: TerminationStatus) -> String {
        if case .exited(let code) = status, code > 128 { return TerminationStatus.signaled(code - 128).ending }
        return status.ending
    }

    private func noteEnding() {
        Task {
            let ending = await life.value
            state.withLock { $0.ending = ending }
        }
    }

    /// How the server ended, nil while it runs.
    var ending: String? { state.withLock { $0.ending } }

    /// Whether `stop` was called.
    var wasAskedToStop: Bool { state.withLock { $0.askedToStop } }

    /// Waits for the server's end, however it comes.
    func ended() async -> String {
        await life.value
    }

    /// Lets go of the leash and waits until the supervisor has stopped the server.
    func stop() async {
        state.withLock { $0.askedToStop = true }
        do {
            try await leash.finish()
        } catch {
            // The pipe is closed already when the supervisor is gone.
        }
        // In case the supervisor's watcher was killed; it would have sent SIGKILL by now.
        let rescue = Task {
            try await Task.sleep(for: .seconds(30))
            kill(processID, SIGKILL)
        }
        _ = await life.value
        rescue.cancel()
    }
}
