// Users: added once, listed, erased with all that is theirs.
import Postgres
import Storage
import TestSupport
import Testing

@Suite struct UsersTests {
    @Test func aUserIsAddedOnce() async throws {
        try await TestDatabase.with(bound: 8) { test in
            let users = Users(test.database)
            let created = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 { group.addTask { try await users.add(email: "a@x.test") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(created.count { $0 } == 1)
            // As it is written, as the brief has it.
            #expect(try await users.add(email: "A@x.test"))
            #expect(try await users.list().map(\.email).sorted() == ["A@x.test", "a@x.test"])
        }
    }

    @Test func removingErasesAllOfAUserAndNothingOfOthers() async throws {
        try await TestDatabase.with { test in
            let users = Users(test.database)
            for email in ["a@x.test", "b@x.test"] { _ = try await users.add(email: email) }
            _ = try await test.database.query(
                """
                insert into metrics (user_id, source_name, metric_date, metric_name, metric_value)
                select id, 's', '2026-01-01', 'm' || n, n from users, generate_series(1, 12) n
                """
            )
            _ = try await test.database.query("insert into data_sources (user_id, source_name) select id, 's' from users")
            _ = try await test.database.query("insert into livinglytics.accounts (user_id, source_name) select id, 's' from users")
            let erased = try await users.remove(email: "a@x.test")
            #expect(erased == ErasedUser(email: "a@x.test", entries: 12, dataSources: 1))
            for table in ["metrics", "data_sources", "livinglytics.accounts", "livinglytics.totals"] {
                let owners: [String] = try await test.database.query(
                    "select distinct u.email from \(unsafe: table) t left join users u on u.id = t.user_id"
                ).map { try $0.get(0) }
                #expect(owners == ["b@x.test"], "\(table)")
            }
            #expect(try await users.remove(email: "a@x.test") == nil)
        }
    }
}
