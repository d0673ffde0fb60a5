// Faults of every kind under a mixed load: is a place of the pool lost, does a caller hang?
import LocalStack
import Postgres
import TestSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

enum Faults {
    private enum Fault: String, CaseIterable {
        case reset = "connections reset in the middle of answers"
        case backend = "server processes terminated"
        case pause = "poolers stopped and continued"
        case pooler = "poolers killed"
        case server = "server restarts"
    }

    private static let bound = 4
    private static let callers = 16
    /// A read waits for a connection and an answer, twice at most. Who takes longer than that, and some, hangs.
    private static let patience = Duration.seconds(30)

    static func run(_ ground: Ground, count: Int) async throws -> Finding {
        try await Relay.with(to: ground.stack.pooler.port) { relay in
            var configuration = try ground.configuration(port: relay.port, bound: bound)
            configuration.queryLimit = .seconds(3)
            let pool = Pool(configuration)
            try await ground.untilItAnswers(pool)
            _ = try await pool.query("create table if not exists fault_rows (n int)")
            let isOver = Shared(false)
            let load = (0..<callers).map { caller in
                Task { await FaultLoad(pool: pool, seed: UInt64(caller)).run { isOver.current } }
            }
            var injected: [Fault: Int] = [:]
            var crashes = 0
            var random = Seeded(7)
            for _ in 0..<count {
                let fault = pick(using: &random)
                injected[fault, default: 0] += 1
                try await inject(fault, ground, relay, &random)
                try await Task.sleep(for: .milliseconds(Int.random(in: 10...150, using: &random)))
                crashes += try await ground.reviveServers()
                // A fault counts when there is work that it can hit.
                try await ground.untilItAnswers(pool)
            }
            isOver.withLock { $0 = true }
            let tallies = await finish(load)
            var finding = Finding()
            finding.note(count, "faults: " + Fault.allCases.map { "\(injected[$0] ?? 0) \($0.rawValue)" }.joined(separator: ", "))
            finding.note(crashes, "times PgBouncer ended by itself on top of that, and was started again")
            let sum = tallies.reduce(into: FaultLoad.Tally()) { $0.add($1) }
            finding.note(
                sum.good + sum.failed,
                "calls, \(sum.good) answered, \(sum.failed) told of an error, "
                    + "the longest after \(sum.longest.inMilliseconds) ms"
            )
            finding.expectNone(callers - tallies.count + sum.hung, "callers hung")
            finding.expectNone(sum.wrong, "answers that were somebody else's")
            let usage = await settledUsage(pool)
            finding.expectNone(usage.lent + usage.opening + usage.waiting, "places leaked, by the pool's own count")
            try await ground.untilItAnswers(pool)
            finding.expectNone(bound - (try await lendAll(pool)), "places leaked, by lending all \(bound) at once")
            await pool.close()
            return finding
        }
    }

    /// Cheap faults often, dear ones now and then.
    private static func pick(using random: inout Seeded) -> Fault {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<40: .reset
        case 40..<75: .backend
        case 75..<88: .pause
        case 88..<96: .pooler
        default: .server
        }
    }

    private static func inject(_ fault: Fault, _ ground: Ground, _ relay: Relay, _ random: inout Seeded) async throws {
        switch fault {
        case .reset: relay.cutNext(.inTheAnswer)
        case .backend:
            // One that is at work; there may be none in the very moment.
            var ended = 0
            while ended == 0 {
                ended = try await ground.asSuperuser(
                    """
                    select pg_terminate_backend(pid) from pg_stat_activity
                    where usename = 'postgres' and backend_type = 'client backend' and state <> 'idle' order by random() limit 1
                    """
                ).count
            }
        case .pause:
            // Mostly shorter than any limit, now and then longer than all of them.
            let longest = Int.random(in: 0..<10, using: &random) == 0 ? 6000 : 600
            await ground.signal(SIGSTOP, to: .pooler)
            try await Task.sleep(for: .milliseconds(Int.random(in: 20...longest, using: &random)))
            await ground.signal(SIGCONT, to: .pooler)
        case .pooler:
            await ground.killPooler()
            try await ground.startPooler(after: .milliseconds(Int.random(in: 0...300, using: &random)))
        case .server: try await ground.stack.restart(.server)
        }
    }

    /// The tallies of all callers that come to an end.
    private static func finish(_ load: [Task<FaultLoad.Tally, Never>]) async -> [FaultLoad.Tally] {
        let done = Shared<[FaultLoad.Tally]>([])
        for task in load {
            Task {
                let tally = await task.value
                done.withLock { $0.append(tally) }
            }
        }
        let deadline = ContinuousClock.now + patience
        while done.current.count < load.count, ContinuousClock.now < deadline { await Task.yield() }
        return done.current
    }

    /// When nobody calls any more, what settles has settled within moments.
    private static func settledUsage(_ pool: Pool) async -> Pool.Usage {
        let deadline = ContinuousClock.now + .seconds(15)
        while ContinuousClock.now < deadline {
            let usage = pool.usage
            if usage.lent + usage.opening + usage.waiting == 0 { return usage }
            await Task.yield()
        }
        return pool.usage
    }

    /// How many connections the pool lends at the same time.
    private static func lendAll(_ pool: Pool) async throws -> Int {
        let lent = Shared(0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<bound {
                group.addTask {
                    try await pool.withConnection { connection in
                        _ = try await connection.query("select 1", within: .seconds(5))
                        lent.withLock { $0 += 1 }
                        let deadline = ContinuousClock.now + .seconds(10)
                        while lent.current < bound, ContinuousClock.now < deadline { await Task.yield() }
                    }
                }
            }
            try await group.waitForAll()
        }
        return lent.current
    }
}
