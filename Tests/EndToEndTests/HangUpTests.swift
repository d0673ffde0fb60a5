// Clients that go away, and clients that come when there is no room: neither costs the others anything.
import LocalStack
import Postgres
import Storage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct HangUpTests {
    /// curl gives up while the statement waits for a lock; the statement ends with it, and not with the lock.
    @Test(arguments: ["GET /v1/dashboard/tiles?email=a@x.test", "POST /v1/dev/seed-user?email=b@x.test"])
    func aClientThatHangsUpStopsCosting(_ route: String) async throws {
        try await TestDatabase.with { test in
            _ = try await Users(test.database).add(email: "a@x.test")
            _ = try await RunningBinary.serving(test.settings()) { client in
                try await withEverythingLocked(test) {
                    let parts = route.split(separator: " ")
                    async let curl = Shell.run(
                        "curl -s --max-time 3 -X \(parts[0]) -H 'Authorization: Bearer \(TestDatabase.serviceKey)' '\(client.base)\(parts[1])'",
                        in: "/"
                    )
                    try await waitForBlocked(1, test)
                    #expect(try await curl.status == 28, "curl's own time limit")
                    try await waitForBlocked(0, test)
                }
                // The connections were stopped and proven, not thrown away.
                let answer = try await client.get("/v1/dashboard/tiles?email=a@x.test", key: TestDatabase.serviceKey)
                #expect(answer.status == 200)
            }
        }
    }

    /// All connections are out: who comes then is told within two seconds, and when to come again.
    @Test func whoFindsNoConnectionIsTold() async throws {
        try await TestDatabase.with { test in
            let ended = try await RunningBinary.serving(test.settings()) { client in
                try await withEverythingLocked(test) {
                    try await withThrowingTaskGroup(of: Client.Answer.self) { group in
                        let path = "/v1/dev/seed-user?email="
                        for number in 0..<8 {
                            group.addTask { try await client.send("POST", path + "u\(number)@x.test", Self.authorised) }
                        }
                        try await waitForBlocked(8, test)
                        let begun = ContinuousClock.now
                        // Not by the same client: it has eight connections and no more.
                        for asked in ["POST '\(client.base)\(path)late@x.test'", "GET '\(client.base)/v1/dashboard/tiles?email=a@x.test'"] {
                            let key = "'Authorization: Bearer \(TestDatabase.serviceKey)'"
                            let answer = try await Shell.run("curl -si -H \(key) -X \(asked)", in: "/").output
                            #expect(answer.hasPrefix("HTTP/1.1 503 "), "\(answer)")
                            #expect(answer.contains("Retry-After: 5\r\n"))
                            #expect(answer.contains("\"code\":\"database_unavailable\""))
                        }
                        // Twice two seconds, and what a busy machine takes; two waits one after the other would be eight.
                        #expect(ContinuousClock.now - begun < .seconds(7))
                        group.cancelAll()
                    }
                }
                // Nothing is left of those who waited.
                let answer = try await client.send("POST", "/v1/dev/seed-user?email=after@x.test", Self.authorised)
                #expect(answer.status == 200)
            }
            #expect(ended.status == 0)
        }
    }

    private static let authorised = ["Authorization": "Bearer \(TestDatabase.serviceKey)"]

    /// Holds a lock on all that the routes touch.
    private func withEverythingLocked(_ test: TestDatabase, _ body: () async throws -> Void) async throws {
        let url = try ConnectionURL(test.stack.url(database: test.name, through: .direct))
        let locker = try await Connection.connect(to: url, within: .seconds(20))
        try await locker.transaction(within: .seconds(20)) { transaction in
            try await transaction.query("lock table public.users, livinglytics.totals in access exclusive mode")
            try await body()
        }
        await locker.close()
    }

    /// Asks until so many statements wait for a lock.
    private func waitForBlocked(_ count: Int, _ test: TestDatabase) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        var found = -1
        while ContinuousClock.now < deadline {
            found = try await test.asSuperuser(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
            )[0].get(0)
            if found == count { return }
        }
        Issue.record("\(found) statements wait, not \(count)")
    }
}
