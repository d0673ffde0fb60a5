// What it costs the database to know who asks: nothing beside what was asked.
import LocalStack
import NIOHTTP1
import Postgres
import Storage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct RoundTripTests {
    /// Round trips of each of several requests, after a first one, by which a credential becomes known.
    private func trips(_ relay: Relay, _ ask: () async throws -> Client.Answer) async throws -> [Int] {
        var trips: [Int] = []
        for _ in 0..<6 {
            let before = relay.turns
            #expect(try await ask().status == 200)
            trips.append(relay.turns - before)
        }
        return Array(trips.dropFirst())
    }

    @Test func oneForARequestWhoeverAsks() async throws {
        try await TestDatabase.with { test in
            try await SupabaseStandIn.with { supabase in
                try await Relay.with(to: test.stack.pooler.port) { relay in
                    let url = test.settings()["DATABASE_URL"]?.replacing(":\(test.stack.pooler.port)/", with: ":\(relay.port)/")
                    let settings = test.settings(["SUPABASE_URL": supabase, "DATABASE_URL": url])
                    _ = try await RunningBinary.serving(settings) { client in
                        let service = ["Authorization": "Bearer \(TestDatabase.serviceKey)"]
                        _ = try await client.send("POST", "/v1/dev/seed-user?email=a@x.test", service)
                        let made = try await client.send("POST", "/v1/keys", service, body: #"{"user":"a@x.test","name":"k"}"#)
                        let key = try #require(made.body.firstMatch(of: /livinglytics_[0-9A-Za-z]{38}/)).output
                        let signedIn = try await client.send("POST", "/v1/session", body: "{\"api_key\":\"\(key)\"}")
                        let cookie = try #require(signedIn.headers.first(name: "set-cookie")?.split(separator: ";").first)
                        let minted = try await Shell.run(
                            #"curl -s -H 'content-type: application/json' \#(supabase)/control/token -d '{}'"#,
                            in: "/"
                        ).output
                        let token = try #require(minted.firstMatch(of: /ey[\w.-]+/)).output
                        // An idle connection is pinged before it is lent, so nothing here waits.
                        for headers in [
                            ["Authorization": "Bearer \(key)"], ["Authorization": "Bearer \(token)"], ["Cookie": String(cookie)],
                        ] {
                            let trips = try await trips(relay) { try await client.send("GET", "/v1/dashboard/tiles", headers) }
                            #expect(trips == [1, 1, 1, 1, 1], "\(headers.keys)")
                        }
                    }
                    // What the requests did not wait for was written at the end.
                    let used = try await test.database.query("select count(*) from livinglytics.api_keys where last_used_at is not null")
                    #expect(try used[0].get(0, as: Int.self) == 1)
                }
            }
        }
    }
}
