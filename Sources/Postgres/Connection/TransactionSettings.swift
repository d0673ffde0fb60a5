// What holds for one transaction and ends with it: a pooler gives the session to somebody else.

/// As whom a transaction runs, and what its row-level security policies read.
package struct TransactionSettings: Sendable {
    /// `SET LOCAL ROLE`; nil stays with the role that signed in. A role brings none of its settings.
    package var role: String?
    /// A statement of the caller's that comes first and makes settings of its own, perhaps a role; when it fails, so does the transaction.
    package var entry: SQL?
    /// Settings of one's own such as `request.jwt.claims`, in the order in which they are made.
    package var values: [(name: String, value: String)]
    /// Refuses every write with SQLSTATE 25006.
    package var isReadOnly: Bool
    /// All statements see what was there at the first one (REPEATABLE READ).
    package var isSnapshot: Bool
    /// The server's own `statement_timeout`, in milliseconds there; nil leaves it as it is or, under a role, takes a second more than the
    /// caller's limit.
    package var statementLimit: Duration?

    package init(
        role: String? = nil,
        entry: SQL? = nil,
        values: [(name: String, value: String)] = [],
        isReadOnly: Bool = false,
        isSnapshot: Bool = false,
        statementLimit: Duration? = nil
    ) {
        self.role = role
        self.entry = entry
        self.values = values
        self.isReadOnly = isReadOnly
        self.isSnapshot = isSnapshot
        self.statementLimit = statementLimit
    }

    /// BEGIN, and what makes the settings. Names and values are bound; a role comes last, since it may not be allowed the others.
    var statements: [SQL] {
        var all = values
        if let statementLimit { all.append(("statement_timeout", statementLimit.milliseconds)) }
        if let role { all.append(("role", role)) }
        var begin: SQL = "begin"
        if isSnapshot { begin = "\(begin) isolation level repeatable read" }
        if isReadOnly { begin = "\(begin) read only" }
        return [begin, Self.setting(all), entry].compactMap(\.self)
    }

    /// One statement for all of them; nil for none.
    private static func setting(_ values: [(name: String, value: String)]) -> SQL? {
        guard let first = values.first else { return nil }
        return values.dropFirst().reduce("select set_config(\(first.name), \(first.value), true)") { sql, next in
            "\(sql), set_config(\(next.name), \(next.value), true)"
        }
    }
}

extension Duration {
    /// As PostgreSQL reads a time limit, at least a millisecond: zero would be none.
    var milliseconds: String {
        let (seconds, attoseconds) = components
        return "\(max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000))ms"
    }
}
