// What an ErrorResponse says, field by field.

/// An error as PostgreSQL or the pooler before it words it.
/// Fields: https://www.postgresql.org/docs/15/protocol-error-fields.html
package struct ServerMessage: Sendable, Equatable {
    /// `ERROR`, `FATAL` or `PANIC`, never translated.
    package var severity: String
    /// Five characters, such as `23505`. Nil where the sender gave none.
    package var sqlState: String?
    package var message: String
    package var detail: String?
    package var hint: String?
    package var context: String?
    package var constraint: String?
    /// The function of the server that raised it: `auth_failed`. PostgreSQL always names one; a pooler's own words have none.
    package var routine: String?

    /// Raised by PostgreSQL itself, whoever passed it on; otherwise by the pooler.
    package var isFromServer: Bool { routine != nil }

    package init(
        severity: String,
        sqlState: String?,
        message: String,
        detail: String? = nil,
        hint: String? = nil,
        context: String? = nil,
        constraint: String? = nil,
        routine: String? = nil
    ) {
        self.severity = severity
        self.sqlState = sqlState
        self.message = message
        self.detail = detail
        self.hint = hint
        self.context = context
        self.constraint = constraint
        self.routine = routine
    }

    /// Reads the verbose words of a refused start-up, the only place where libpq keeps its SQLSTATE:
    /// `connection to server at "…" failed: FATAL:  28P01: password authentication failed for user "postgres"`.
    init?(startupWords words: String) {
        for severity in ["FATAL", "ERROR", "PANIC"] {
            guard let start = words.firstRange(of: severity + ":  ")?.upperBound else { continue }
            let rest = words[start...]
            let line = rest.prefix { $0 != "\n" }
            let code = line.prefix(5)
            let hasCode = code.count == 5 && code.allSatisfy { $0.isNumber || $0.isUppercase } && line.dropFirst(5).hasPrefix(": ")
            self.init(
                severity: severity,
                sqlState: hasCode ? String(code) : nil,
                message: String(hasCode ? line.dropFirst(7) : line),
                routine: rest.firstRange(of: "LOCATION:  ").map { String(rest[$0.upperBound...].prefix { $0 != "," }) }
            )
            return
        }
        return nil
    }
}
