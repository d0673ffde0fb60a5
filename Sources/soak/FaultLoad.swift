// What callers do while faults happen: everything that the client offers, with deadlines and with callers that go away.
import Postgres
import TestSupport

struct FaultLoad {
    struct Tally: Sendable {
        var good = 0
        var failed = 0
        var wrong = 0
        var hung = 0
        var longest = Duration.zero

        mutating func add(_ other: Tally) {
            good += other.good
            failed += other.failed
            wrong += other.wrong
            hung += other.hung
            longest = max(longest, other.longest)
        }
    }

    let pool: Pool
    var random: Seeded
    /// A pool waits two seconds for a connection, a statement three for an answer; a read may do both twice.
    private static let longestCall = Duration.seconds(14)

    init(pool: Pool, seed: UInt64) {
        self.pool = pool
        random = Seeded(seed)
    }

    /// Calls until it is over.
    func run(until isOver: () -> Bool) async -> Tally {
        var load = self
        var tally = Tally()
        while !isOver() {
            let begun = ContinuousClock.now
            do {
                if try await load.call() { tally.good += 1 } else { tally.wrong += 1 }
            } catch {
                tally.failed += 1
            }
            let took = ContinuousClock.now - begun
            tally.longest = max(tally.longest, took)
            if took > Self.longestCall { tally.hung += 1 }
        }
        return tally
    }

    /// One call of whichever kind.
    /// - Returns: whether the answer was its own.
    private mutating func call() async throws -> Bool {
        let mark = Int.random(in: 0..<1_000_000, using: &random)
        let pool = pool
        switch Int.random(in: 0..<10, using: &random) {
        case 0...2: return try await pool.read("select \(mark)::int")[0].get(0) == mark
        case 3:
            // Many TLS records, so that a reset falls into the middle of it.
            let row = try await pool.read("select \(mark)::int, repeat('x', 300000)")[0]
            return try row.get(0) == mark && row.get(1, as: String.self).utf8.count == 300_000
        case 4: return try await pool.query("select \(mark)::int from pg_sleep(0.01)")[0].get(0) == mark
        case 5:
            let settings = TransactionSettings(values: [("soak.mark", "\(mark)")])
            return try await pool.transaction(["select current_setting('soak.mark')::int"], under: settings)[0][0].get(0) == mark
        case 6:
            return try await pool.transaction { transaction in
                try await transaction.set("soak.mark", to: "\(mark)")
                return try await transaction.query("select current_setting('soak.mark')::int")[0].get(0) == mark
            }
        case 7:
            var left = 2000
            return try await pool.transaction { transaction in
                let copied = try await transaction.copyIn("copy fault_rows (n) from stdin") {
                    left -= 1
                    return left < 0 ? nil : ["\(mark)"]
                }
                try await transaction.query("delete from fault_rows where n = \(mark)")
                return copied == 2000
            }
        case 8: return try await pool.query("select \(mark)::int from pg_sleep(0.2)", within: .milliseconds(50))[0].get(0) == mark
        default:
            let task = Task { try await pool.read("select \(mark)::int from pg_sleep(0.1)")[0].get(0) == mark }
            let pause = Int.random(in: 0...40, using: &random)
            try await Task.sleep(for: .milliseconds(pause))
            task.cancel()
            return try await task.value
        }
    }
}
