// One thread that waits on sockets with poll(2) and runs the actors that use them: libpq never blocks Swift's own threads.
import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The executor of every `Connection`. A connection's code, and so every call into libpq, runs on this thread alone;
/// waiting for a socket or for a deadline costs an entry in a table.
final class IOLoop: SerialExecutor {
    /// One thread serves all: sockets to a pooler are few, and what runs here is short.
    static let shared = IOLoop()

    private let state = Mutex(IOLoopState())
    private let wakeUp = WakePipe()

    private init() {
        let isRunning = startThread { [self] in run() }
        precondition(isRunning, "the system gives no thread")
    }

    func enqueue(_ job: consuming ExecutorJob) {
        enqueue(UnownedJob(job), as: .actor)
    }

    func enqueue(_ job: UnownedJob, as kind: LoopJob.Kind) {
        let sleeping = state.withLock { state in
            state.jobs.append(LoopJob(job: job, kind: kind))
            return state.isPolling
        }
        if sleeping { wakeUp.signal() }
    }

    /// Waits until the socket is ready, the deadline passes or the task is cancelled, whichever is first.
    func wait(for interest: Interest, on socket: CInt, until deadline: ContinuousClock.Instant?) async -> Wakeup {
        await wait(as: makeID(), for: interest, on: socket, until: deadline)
    }

    /// A number to wait with, for who wants to end the wait by hand.
    func makeID() -> Int { state.withLock { $0.makeID() } }

    /// Waits until `end` is called for this number, the deadline passes or the task is cancelled.
    func wait(as id: Int, until deadline: ContinuousClock.Instant?) async -> Wakeup {
        await wait(as: id, for: .readable, on: -1, until: deadline)
    }

    /// Ends a wait, before it begins or later. From any thread.
    func end(_ id: Int, _ why: Wakeup = .ready) {
        let watch = state.withLock { $0.end(id, why) }
        watch?.continuation.resume(returning: why)
    }

    /// Both: a socket, and a number to end it by.
    func wait(as id: Int, for interest: Interest, on socket: CInt, until deadline: ContinuousClock.Instant?) async -> Wakeup {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let watch = Watch(socket: socket, interest: interest, deadline: deadline, continuation: continuation)
                let (ending, sleeping) = state.withLock { ($0.insert(watch, id: id), $0.isPolling) }
                if let ending { continuation.resume(returning: ending) } else if sleeping { wakeUp.signal() }
            }
        } onCancel: {
            end(id, .cancelled)
        }
    }

    private func run() {
        while true {
            runJobs()
            poll()
        }
    }

    /// Jobs bring jobs: most of what follows one is done before the next system call. Sockets do not wait for ever, though.
    private func runJobs() {
        for _ in 0..<32 {
            let jobs = state.withLock { $0.takeJobs() }
            if jobs.isEmpty { return }
            for job in jobs {
                switch job.kind {
                case .actor: unsafe job.job.runSynchronously(on: asUnownedSerialExecutor())
                case .task: unsafe job.job.runSynchronously(on: LoopTasks.shared.asUnownedTaskExecutor())
                }
            }
        }
    }

    /// One turn of poll(2); it does not sleep when jobs have come meanwhile.
    private func poll() {
        let (ids, watches, hasJobs) = state.withLock { $0.beginPolling() }
        var descriptors = [pollfd(fd: wakeUp.readEnd, events: Int16(POLLIN), revents: 0)]
        for watch in watches { descriptors.append(pollfd(fd: watch.socket, events: watch.interest.events, revents: 0)) }
        let timeout = hasJobs ? 0 : Self.timeout(watches)
        let count = unsafe descriptors.withUnsafeMutableBufferPointer { unsafe pollOnce($0, timeout) }
        // EINTR and the like: nothing is ready, and the next turn asks again.
        if count > 0, descriptors[0].revents != 0 { wakeUp.drain() }
        let now = ContinuousClock.now
        var woken: [(id: Int, why: Wakeup)] = []
        for (index, id) in ids.enumerated() {
            if count > 0, descriptors[index + 1].revents != 0 {
                woken.append((id, .ready))
            } else if let deadline = watches[index].deadline, deadline <= now {
                woken.append((id, .timedOut))
            }
        }
        for (watch, why) in state.withLock({ $0.endPolling(woken) }) {
            watch.continuation.resume(returning: why)
        }
    }

    /// Milliseconds until the nearest deadline, rounded up; -1 waits for as long as it takes.
    private static func timeout(_ watches: [Watch]) -> CInt {
        guard let nearest = watches.compactMap(\.deadline).min() else { return -1 }
        let left = ContinuousClock.now.duration(to: nearest)
        if left <= .zero { return 0 }
        return CInt(clamping: left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1)
    }
}
