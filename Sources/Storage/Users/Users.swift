// The brief's users: whose numbers they are.
package import Domain
import Postgres

/// A row of `users`.
package struct User: Sendable, Hashable {
    package let id: UserID
    package let email: String
}

/// How many rows an erased user had.
package struct ErasedUser: Sendable, Equatable {
    package let email: String
    package let entries: Int
    package let dataSources: Int

    package init(email: String, entries: Int, dataSources: Int) {
        (self.email, self.entries, self.dataSources) = (email, entries, dataSources)
    }
}

package struct Users: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Makes a user unless there is one with that e-mail, compared as it is written.
    /// - Returns: whether there was none.
    package func add(email: String) async throws(StorageError) -> Bool {
        try await database.query("insert into public.users (email) values (\(email)) on conflict (email) do nothing").affected == 1
    }

    package func find(email: String) async throws(StorageError) -> User? {
        try await find("email = \(email)")
    }

    package func find(id: UserID) async throws(StorageError) -> User? {
        try await find("id = \(id)")
    }

    private func find(_ condition: SQL) async throws(StorageError) -> User? {
        let rows = try await database.read("select id, email from public.users where \(condition)")
        return try decode { () throws(PostgresError) in try rows.first.map(User.init(row:)) }
    }

    /// All users in the order of their e-mails.
    package func list() async throws(StorageError) -> [User] {
        let rows = try await database.query("select id, email from public.users order by email")
        return try decode { () throws(PostgresError) in try rows.map(User.init(row:)) }
    }

    /// What `remove` would erase; nil when there is no such user.
    package func erasable(email: String) async throws(StorageError) -> ErasedUser? {
        let rows = try await database.query(
            """
            select (select count(*) from public.metrics m where m.user_id = u.id),
                   (select count(*) from public.data_sources d where d.user_id = u.id)
            from public.users u where u.email = \(email)
            """
        )
        return try decode { () throws(PostgresError) in
            guard let row = rows.first else { return nil }
            return ErasedUser(email: email, entries: try row.get(0), dataSources: try row.get(1))
        }
    }

    /// Erases a user and all rows that are his, in one transaction.
    /// - Returns: nil when there is no such user.
    package func remove(email: String) async throws -> ErasedUser? {
        try await database.transaction(within: .seconds(600)) { transaction in
            try await transaction.set("statement_timeout", to: "600s")
            // Locked first: nobody can post for him any more.
            guard
                let id: UserID = try await transaction.query("select id from public.users where email = \(email) for update").first?.get(0)
            else { return nil }
            let entries = try await transaction.query("delete from public.metrics where user_id = \(id)").affected
            let sources = try await transaction.query("delete from public.data_sources where user_id = \(id)").affected
            // Accounts go with their user; totals went with the entries.
            try await transaction.query("delete from public.users where id = \(id)")
            return ErasedUser(email: email, entries: entries, dataSources: sources)
        }
    }
}

extension User {
    /// Of a row that begins with an id and an e-mail.
    init(row: Row) throws(PostgresError) {
        self.init(id: try row.get(0), email: try row.get(1))
    }
}
