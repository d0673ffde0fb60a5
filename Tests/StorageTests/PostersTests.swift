// Many who post at once: on one account they follow each other, on several they don't wait for each other, and the sums are right.
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct PostersTests {
    private static let posters = 8

    private func account(_ user: UserID, _ number: Int) throws -> Account {
        Account(user: user, source: "ga4", ref: try AccountRef("account \(number)"))
    }

    private func post(_ points: [PostedPoint], to account: Account, in database: Database) async throws -> PostingReport {
        var rest = points[...]
        return try await Ledger(database).post(to: account, from: Provenance(importID: ImportID(), meta: [:])) { rest.popFirst() }
    }

    private func points(_ value: Int) throws -> [PostedPoint] {
        try (1...20).map { day in
            let name: MetricName = day % 2 == 0 ? "sessions" : "reach"
            return PostedPoint(
                metric: name,
                day: try Day(year: 2026, month: 1, day: day).unwrapped(),
                value: ExactDecimal(value * 100 + day)
            )
        }
    }

    private func user(_ test: TestDatabase) async throws -> UserID {
        _ = try await Users(test.database).add(email: "a@x.test")
        return try await Users(test.database).find(email: "a@x.test").unwrapped().id
    }

    /// Each posts five times, in random order among the others: whoever was last has said what is so, and the entries add up to it.
    @Test func onOneAccount() async throws {
        try await TestDatabase.with(bound: Self.posters) { test in
            let user = try await user(test)
            let account = try account(user, 0)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for poster in 1...Self.posters {
                    group.addTask {
                        for turn in 1...5 { _ = try await post(try points(poster * 10 + turn), to: account, in: test.database) }
                    }
                }
                try await group.waitForAll()
            }
            // All points of one posting have its value, so that every point shows the same poster.
            let shown: [Int] = try await test.database.query(
                "select distinct ((value - extract(day from metric_date)) / 100)::int from livinglytics.points"
            ).map { try $0.get(0) }
            #expect(shown.count == 1)
            // No two postings have a stamp in common, and each wrote all of its points or none.
            let torn: Int = try await test.database.query(
                "select count(*) from (select created_at from metrics group by created_at having count(distinct import_id) > 1 or count(*) <> 20) t"
            )[0].get(0)
            #expect(torn == 0)
            #expect(try await TotalsCheck(test.database).examine().wrong == 0)
        }
    }

    @Test func onSeveralAccounts() async throws {
        try await TestDatabase.with(bound: Self.posters) { test in
            let user = try await user(test)
            let new = try await withThrowingTaskGroup(of: Int.self) { group in
                for poster in 1...Self.posters {
                    group.addTask { try await post(try points(poster), to: try account(user, poster), in: test.database).new }
                }
                return try await group.reduce(0, +)
            }
            #expect(new == Self.posters * 20)
            #expect(try await TotalsCheck(test.database).examine().wrong == 0)
            #expect(try await TotalsCheck(test.database).examine().totals == Self.posters * 2)
        }
    }

    /// While somebody holds one account, another one is posted to.
    @Test func accountsDoNotWaitForEachOther() async throws {
        try await TestDatabase.with(bound: 4) { test in
            let user = try await user(test)
            let (held, free) = (try account(user, 1), try account(user, 2))
            for account in [held, free] { _ = try await post(try points(1), to: account, in: test.database) }
            try await test.database.transaction { transaction in
                try await transaction.query(
                    "select from livinglytics.accounts where user_id = \(user) and account_ref = \(held.ref) for update"
                )
                #expect(try await post(try points(2), to: free, in: test.database).restated == 20)
            }
            #expect(try await post(try points(2), to: held, in: test.database).restated == 20)
        }
    }
}
