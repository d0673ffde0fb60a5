// SIGTERM under load: every accepted request is answered.
import Postgres
import Storage
import Subprocess
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct StopTests {
    /// What the load saw.
    private struct Tally {
        var answered = 0
        var wrong: [String] = []
    }

    @Test func noAcceptedRequestFails() async throws {
        try await TestDatabase.with { test in
            _ = try await test.database.query("insert into users (email) values ('a@x.test')")
            let ended = try await RunningBinary.serving(test.settings()) { client in
                try await withThrowingTaskGroup(of: Tally.self) { group in
                    for _ in 0..<16 { group.addTask { await Self.ask(client) } }
                    // Once the load runs, stop the server under it.
                    for _ in 0..<50 { _ = try await client.get("/v1/dashboard/tiles?email=a@x.test", key: TestDatabase.serviceKey) }
                    try client.terminate()
                    return try await group.reduce(into: Tally()) { sum, tally in
                        sum.answered += tally.answered
                        sum.wrong += tally.wrong
                    }
                }
            }
            #expect(ended.status == 0)
            #expect(ended.value.wrong == [])
            #expect(ended.value.answered > 100)
            // What the server counted as accepted and what came back is the same number.
            let counted = try #require(ended.log.firstMatch(of: /accepted (\d+) requests, answered (\d+) requests/))
            #expect(counted.1 == counted.2)
            #expect(Int(counted.1) == ended.value.answered + 50)
        }
    }

    /// Right after it has begun to listen, while its first questions to the database and to Supabase are still out.
    @Test func aStopAtTheStartIsAStop() async throws {
        try await TestDatabase.with { test in
            for _ in 0..<10 {
                let ended = try await RunningBinary.serving(test.settings()) { _ in }
                #expect(ended.status == 0, "\(ended.log)")
            }
        }
    }

    /// Asks until the server takes no more requests. An answer that is not whole, or not 200, is wrong; a connection that is refused, or
    /// closed before anything came back, is a request that was not accepted.
    private static func ask(_ client: Client) async -> Tally {
        var tally = Tally()
        while true {
            do {
                let answer = try await client.get("/v1/dashboard/tiles?email=a@x.test", key: TestDatabase.serviceKey)
                if answer.status == 200, answer.body.hasSuffix("}") { tally.answered += 1 } else { tally.wrong.append("\(answer.status)") }
            } catch {
                return tally
            }
        }
    }
}
