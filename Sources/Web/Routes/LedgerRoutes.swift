// The ledger behind the numbers: entries, what changed, and a day put right.
import Domain
import Hummingbird
import Identity
import Reporting
import Storage

enum LedgerRoutes {
    static var routes: [Route] {
        [
            .get("/v1/entries") { request, caller in
                var query = try Query(request)
                let email = try query.email("user", of: caller)
                let filter = try EntryFilter(&query)
                let (cursor, limit) = (try query.cursor { Cursor(ofEntries: $0) }, try query.limit(upTo: EntryList.longestPage))
                try query.end()
                let client = try await caller.client(email)
                let entries = EntryList(client.database)
                return .json(try await entries.page(filter, of: client.user.id, after: cursor, limit: limit).json("entries", \.json))
            },
            .get("/v1/revisions") { request, caller in
                var query = try Query(request)
                let email = try query.email("user", of: caller)
                let filter = try EntryFilter(&query)
                guard let since = try query.moment("since") else { throw Problem.field("since", .missingField, "since is missing.") }
                let until = try query.moment("until")
                if let until, until < since {
                    throw Problem.field("until", .invalidValue, "until lies before since: give the later moment.")
                }
                let span = Span(since: since, until: until)
                let (cursor, limit) = (try query.cursor { Cursor(ofRevisions: $0) }, try query.limit(upTo: Revisions.longestPage))
                try query.end()
                let client = try await caller.client(email)
                let revisions = Revisions(client.database)
                let page = try await revisions.page(filter, of: client.user.id, in: span, after: cursor, limit: limit)
                return .json(page.json("revisions", \.json))
            },
            .post("/v1/entries") { request, caller in
                var fields = try await Fields.body(of: request)
                let email = try fields.email("user", of: caller)
                let correction = try CorrectionRequest(&fields)
                let isNew = try fields.bool("new") ?? false
                try fields.end()
                let client = try await caller.client(email)
                let report = try await Corrections(client.database).post(try correction.of(client.user.id), isNew: isNew)
                return .json(report.json, status: report.importID == nil ? .ok : .created)
            },
        ]
    }
}

/// A correction before it is known whose.
private struct CorrectionRequest {
    let source: SourceName
    let account: AccountRef
    let metric: MetricName
    let day: Day
    let value: ExactDecimal
    let note: String

    init(_ fields: inout Fields) throws(Problem) {
        source = try fields.name("source", SourceName.init(_:))
        metric = try fields.name("metric", MetricName.init(_:))
        account = try Problem.naming("account", try fields.string("account") ?? "", AccountRef.init)
        let dayText = try fields.required("day")
        guard let day = Day(iso: dayText) else { throw .field("day", .invalidValue, "\(dayText.quoted) is no day: give YYYY-MM-DD.") }
        self.day = day
        guard let value = try fields.decimal("value") else { throw .field("value", .missingField, "value is missing.") }
        self.value = value
        note = try fields.required("note")
    }

    func of(_ user: UserID) throws(Problem) -> Correction {
        let account = Account(user: user, source: source, ref: account)
        guard let correction = Correction(account: account, metric: metric, day: day, value: value, note: note) else {
            let length = Correction.longestNote
            throw .field("note", .invalidValue, "note must say in 1 to \(length) characters why the value is another one.")
        }
        return correction
    }
}
