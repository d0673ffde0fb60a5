// What the loop keeps under its lock: jobs to run, sockets that are waited for.

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

enum Interest {
    case readable, writable, either

    var events: Int16 {
        switch self {
        case .readable: Int16(POLLIN)
        case .writable: Int16(POLLOUT)
        case .either: Int16(POLLIN) | Int16(POLLOUT)
        }
    }
}

enum Wakeup {
    case ready, timedOut, cancelled
}

/// Something to run on the loop's thread.
struct LoopJob {
    enum Kind {
        /// Part of a connection, an actor whose executor is the loop.
        case actor
        /// Of a task that prefers the loop; see LoopTasks.swift.
        case task
    }

    var job: UnownedJob
    var kind: Kind
}

struct Watch {
    /// -1 for none: poll(2) passes over it, and the wait ends by `end`, its deadline, or its task.
    var socket: CInt
    var interest: Interest
    var deadline: ContinuousClock.Instant?
    var continuation: CheckedContinuation<Wakeup, Never>
}

struct IOLoopState {
    var jobs: [LoopJob] = []
    /// True while the thread may sleep in poll(2): then whoever adds something must wake it.
    private(set) var isPolling = false
    private var watches: [Int: Watch] = [:]
    /// Waits that have an id and do not watch yet, and how they ended meanwhile.
    private var announced: [Int: Wakeup?] = [:]
    private var nextID = 0

    mutating func makeID() -> Int {
        nextID += 1
        announced.updateValue(nil, forKey: nextID)
        return nextID
    }

    mutating func takeJobs() -> [LoopJob] {
        defer { jobs = [] }
        return jobs
    }

    /// - Returns: how the wait ended before it began, if it did.
    mutating func insert(_ watch: Watch, id: Int) -> Wakeup? {
        if let ending = announced.removeValue(forKey: id) ?? nil { return ending }
        watches[id] = watch
        return nil
    }

    mutating func end(_ id: Int, _ why: Wakeup) -> Watch? {
        if announced.keys.contains(id) { announced.updateValue(why, forKey: id) }
        return watches.removeValue(forKey: id)
    }

    mutating func beginPolling() -> (ids: [Int], watches: [Watch], hasJobs: Bool) {
        isPolling = true
        return (Array(watches.keys), Array(watches.values), !jobs.isEmpty)
    }

    mutating func endPolling(_ woken: [(id: Int, why: Wakeup)]) -> [(Watch, Wakeup)] {
        isPolling = false
        return woken.compactMap { id, why in watches.removeValue(forKey: id).map { ($0, why) } }
    }
}
