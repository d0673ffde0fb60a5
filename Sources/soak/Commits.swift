// The connection is cut around COMMIT, and the write is retried by its key: is any lost, or done twice?
import LocalStack
import Postgres
import TestSupport

enum Commits {
    private static let lanes = 4

    private struct Tally {
        var writes = 0
        var cuts = 0
        var appliedUnseen = 0
        var wrongOutcomes = 0
        var unexpected: [String] = []
    }

    static func run(_ ground: Ground, cuts: Int) async throws -> Finding {
        let pool = Pool(try ground.configuration(bound: 2))
        try await ground.untilItAnswers(pool)
        _ = try await pool.transaction([
            "create table if not exists writes (key text primary key)",
            "create table if not exists writes_count (lane int primary key, n bigint not null)",
            "truncate writes, writes_count",
            "insert into writes_count select lane, 0 from generate_series(0, \(lanes - 1)::int) lane",
        ])
        let tally = try await withThrowingTaskGroup(of: Tally.self) { group in
            for lane in 0..<lanes {
                group.addTask { try await run(ground, lane: lane, cuts: cuts / lanes) }
            }
            return try await group.reduce(into: Tally()) { sum, tally in
                sum.writes += tally.writes
                sum.cuts += tally.cuts
                sum.appliedUnseen += tally.appliedUnseen
                sum.wrongOutcomes += tally.wrongOutcomes
                sum.unexpected += tally.unexpected
            }
        }
        let found = try await pool.query("select (select count(*) from writes), (select sum(n)::bigint from writes_count)")[0]
        let (rows, counted): (Int, Int) = (try found.get(0), try found.get(1))
        await pool.close()
        let writes = tally.writes
        var finding = Finding()
        finding.note(tally.cuts, "connections cut around COMMIT, in \(writes) writes; \(tally.appliedUnseen) had taken effect unseen")
        finding.expectNone(max(0, writes - rows), "writes lost")
        finding.expectNone(abs(counted - writes), "writes done twice, or not at all, by what they counted")
        finding.expectNone(tally.wrongOutcomes, "times \"it did nothing\" was said of one that had")
        finding.expectNone(tally.unexpected.count, "errors of another kind" + (tally.unexpected.first.map { ", the first: \($0)" } ?? ""))
        finding.expect(tally.appliedUnseen > 0 && tally.appliedUnseen < tally.cuts, "cuts fell on both sides of the commit")
        return finding
    }

    private static func run(_ ground: Ground, lane: Int, cuts: Int) async throws -> Tally {
        try await Relay.with(to: ground.stack.pooler.port) { relay in
            var configuration = try ground.configuration(port: relay.port, bound: 1)
            configuration.acquireLimit = .seconds(30)
            let pool = Pool(configuration)
            let witness = Pool(try ground.configuration(bound: 1))
            var tally = Tally()
            // An answer may slip through before the cut: then there is one more write.
            while tally.cuts < cuts {
                let number = tally.writes
                tally.writes += 1
                let key = "\(lane)/\(number)"
                // In one trip and in three, and at every point.
                let isOneTrip = number % 2 == 0
                let cut = Relay.Cut.allCases[number / 2 % Relay.Cut.allCases.count]
                // A cut that came too late for its write is not to hit the next one.
                relay.cutNext(nil)
                // A connection that is there: it is the write that is cut, not the start.
                try await ground.untilItAnswers(pool)
                var isFirst = true
                while true {
                    do {
                        defer { isFirst = false }
                        try await write(key, lane, pool, inOneTrip: isOneTrip) {
                            if isFirst { relay.cutNext(cut) }
                        }
                        break
                    } catch let error as PostgresError {
                        guard error.retry != .useless else {
                            tally.unexpected.append("\(error)")
                            break
                        }
                        // Waiting for the next connection is no cut.
                        guard isCut(error) else { continue }
                        tally.cuts += 1
                        // The server may still be at it when the client knows already that it lost it.
                        let applied = try await hasBeenApplied(key, witness)
                        if applied { tally.appliedUnseen += 1 }
                        if applied, error.outcome == .nothing { tally.wrongOutcomes += 1 }
                    }
                }
            }
            await pool.close()
            await witness.close()
            return tally
        }
    }

    /// Counts itself, so that a second time would show, and is idempotent by its key.
    /// - Parameter armed: called right before what ends in COMMIT.
    private static func write(_ key: String, _ lane: Int, _ pool: Pool, inOneTrip: Bool, armed: () -> Void) async throws {
        let statement: SQL = """
            with new as (insert into writes (key) values (\(key)) on conflict (key) do nothing returning key)
            update writes_count set n = n + (select count(*) from new) where lane = \(lane)
            """
        if inOneTrip {
            armed()
            _ = try await pool.transaction([statement])
        } else {
            try await pool.transaction { transaction in
                try await transaction.query(statement)
                armed()
            }
        }
    }

    private static func isCut(_ error: PostgresError) -> Bool {
        switch error {
        case .connectionLost, .gone: true
        case .invalidURL, .unreachable, .untrusted, .unusable, .refused, .server, .deadlineExceeded, .noConnection, .cancelled, .closed,
            .decoding, .misuse:
            false
        }
    }

    private static func hasBeenApplied(_ key: String, _ pool: Pool) async throws -> Bool {
        try await pool.read("select exists (select from writes where key = \(key))")[0].get(0)
    }
}
