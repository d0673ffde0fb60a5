// The pooler is killed under load: how long after it is back is the first good answer there?
import LocalStack
import Postgres
import TestSupport

enum PoolerKills {
    static func run(_ ground: Ground, rounds: Int) async throws -> Finding {
        let pool = Pool(try ground.configuration(bound: 8))
        try await ground.untilItAnswers(pool)
        let answers = Shared((good: 0, failed: 0, firstAfter: ContinuousClock.Instant?.none))
        let load = (0..<16).map { _ in
            Task {
                while !Task.isCancelled {
                    do {
                        _ = try await pool.read("select 1")
                        let now = ContinuousClock.now
                        answers.withLock { answers in
                            answers.good += 1
                            if answers.firstAfter == nil { answers.firstAfter = now }
                        }
                    } catch {
                        answers.withLock { $0.failed += 1 }
                    }
                }
            }
        }
        var random = Seeded(1)
        var delays: [Duration] = []
        for _ in 0..<rounds {
            // A load that runs again.
            let before = answers.current.good
            while answers.current.good < before + 1000 { try await Task.sleep(for: .milliseconds(1)) }
            await ground.killPooler()
            // Answers that were on their way have arrived; from here on the next one is that of the new pooler.
            try await Task.sleep(for: .milliseconds(100))
            answers.withLock { $0.firstAfter = nil }
            let back = try await ground.startPooler(after: .milliseconds(Int.random(in: 0...2500, using: &random)))
            let first = try await firstAnswer(within: .seconds(20)) { answers.current.firstAfter }
            delays.append(first.map { max(.zero, $0 - back) } ?? .seconds(20))
        }
        for task in load { task.cancel() }
        for task in load { await task.value }
        await pool.close()
        var finding = Finding()
        finding.note(
            rounds,
            "kills of the pooler under 16 readers, who got \(answers.current.good) good answers, "
                + "and \(answers.current.failed) errors while it was away"
        )
        let sorted = delays.sorted()
        let p99 = sorted[min(sorted.count - 1, sorted.count * 99 / 100)]
        finding.expect(
            p99 <= .seconds(1),
            "p99 \(p99.inMilliseconds) ms, median \(sorted[sorted.count / 2].inMilliseconds) ms from its first "
                + "connection to the first good answer (goal: p99 at most 1000 ms)"
        )
        return finding
    }

    private static func firstAnswer(
        within limit: Duration,
        _ look: () -> ContinuousClock.Instant?
    ) async throws -> ContinuousClock.Instant? {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if let first = look() { return first }
            try await Task.sleep(for: .milliseconds(1))
        }
        return nil
    }
}

extension Duration {
    var inMilliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
