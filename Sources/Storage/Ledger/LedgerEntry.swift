// An entry as it stands in another ledger.
package import Domain

/// All of a row of `metrics` but its id and its user. Names are as they are: somebody's SQL may have written others than we would.
package struct LedgerEntry: Sendable, Equatable {
    package let metric: String
    package let source: String
    package let account: String
    package let day: Day
    package let value: ExactDecimal
    /// 1 for the first entry of a point, 0 for a restatement, -1 for a withdrawal.
    package let presence: Int16
    package let importID: ImportID?
    /// JSON, as it was written.
    package let meta: String
    package let createdAt: Moment?

    /// The columns of a file of entries.
    package static let columns = ["metric", "source", "account", "day", "value", "presence", "import_id", "meta", "created_at"]

    package init(
        metric: String,
        source: String,
        account: String,
        day: Day,
        value: ExactDecimal,
        presence: Int16,
        importID: ImportID?,
        meta: String,
        createdAt: Moment?
    ) {
        (self.metric, self.source, self.account, self.day, self.value) = (metric, source, account, day, value)
        (self.presence, self.importID, self.meta, self.createdAt) = (presence, importID, meta, createdAt)
    }
}

/// What a restore did.
package struct RestoreReport: Sendable, Equatable {
    package let read: Int
    package let written: Int
}

/// The account has a history of its own, and two can't be mixed.
package struct OtherHistory: Error, Sendable, CustomStringConvertible {
    package let source: String
    package let account: String

    package var description: String {
        let name = account.isEmpty ? source.quoted : "\(source.quoted) \(account.quoted)"
        return
            "the account \(name) has entries here that the file has not: two histories can't be mixed. Import into an account that has none. "
            + "Nothing was changed"
    }
}

/// Stamped in the future: what is posted later would have to be stamped later still, and would be known to nobody until then.
package struct FutureEntry: Error, Sendable, CustomStringConvertible {
    package let createdAt: String

    package var description: String { "an entry says that it was made at \(createdAt), which has not come yet. Nothing was imported" }
}
