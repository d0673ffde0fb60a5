// The brief's dashboard tiles: four all-time sums of one user.
package import Domain
import Postgres
package import Storage

/// Sums, as the brief defines them. That of `reach` counts a person again each day: kept for the brief's clients under this
/// name alone.
package struct Tiles: Sendable, Equatable {
    package let sessions: ExactDecimal
    package let conversions: ExactDecimal
    package let reach: ExactDecimal
    package let engagement: ExactDecimal
}

extension Tiles {
    private static let names: SQL = "('sessions', 'conversions', 'reach', 'engagement')"

    /// Of rows with a metric's name and a sum: the sums in the order of the tiles.
    static func sums(of total: String, by name: String) -> SQL {
        """
        coalesce(sum(\(unsafe: total)) filter (where \(unsafe: name) = 'sessions'), 0) as sessions,
        coalesce(sum(\(unsafe: total)) filter (where \(unsafe: name) = 'conversions'), 0) as conversions,
        coalesce(sum(\(unsafe: total)) filter (where \(unsafe: name) = 'reach'), 0) as reach,
        coalesce(sum(\(unsafe: total)) filter (where \(unsafe: name) = 'engagement'), 0) as engagement
        """
    }

    /// All-time sums, over ready totals.
    static func allTime(of user: SQL) -> SQL {
        "select \(sums(of: "total", by: "metric_name")) from livinglytics.totals where user_id = \(user) and metric_name in \(names)"
    }

    /// Sums of some days. The totals say which series there are, and each is read by the index, its days alone.
    static func sums(of user: UserID, in days: Days) -> SQL {
        """
        select \(sums(of: "d.total", by: "t.metric_name"))
        from livinglytics.totals t
        left join lateral (
          select sum(metric_value) as total from public.metrics m
          where m.user_id = t.user_id and m.metric_name = t.metric_name and m.source_name = t.source_name
            and m.account_ref = t.account_ref and m.metric_date between \(days.lowerBound) and \(days.upperBound)
        ) d on true
        where t.user_id = \(user) and t.metric_name in \(names)
        """
    }

    /// - Parameter first: the column of the first sum.
    fileprivate init(row: Row, from first: Int) throws(PostgresError) {
        self.init(
            sessions: try row.get(first),
            conversions: try row.get(first + 1),
            reach: try row.get(first + 2),
            engagement: try row.get(first + 3)
        )
    }
}

/// One user's tiles.
package struct TilesReport: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// - Parameter days: nil for all time.
    /// - Returns: zeros when there are no entries.
    package func tiles(of user: UserID, in days: Days?) async throws(StorageError) -> Tiles {
        let rows = try await database.read(days.map { Tiles.sums(of: user, in: $0) } ?? Tiles.allTime(of: "\(user)"))
        return try decode { () throws(PostgresError) in try Tiles(row: rows[0], from: 0) }
    }
}

/// The brief's all-time tiles by e-mail address. For the service key alone: questions about several users share a statement.
package struct SharedTiles: Sendable {
    private let questions: Coalescer

    package init(_ database: Database) {
        questions = Coalescer(database.pool) { emails in
            """
            select u.email, t.* from public.users u cross join lateral (\(Tiles.allTime(of: "u.id"))) t where u.email = any(\(emails))
            """
        }
    }

    /// - Returns: nil when there is no such user; zeros when he has no entries.
    package func tiles(email: String) async throws(StorageError) -> Tiles? {
        try await translated { () throws(PostgresError) in
            guard let row = try await questions.row(for: email) else { return nil }
            return try Tiles(row: row, from: 1)
        }
    }
}
