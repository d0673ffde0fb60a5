// Why numbers changed, as a table.
import Domain
import Reporting
import Storage

extension Revisions {
    /// All that changed, page after page.
    func all(_ filter: EntryFilter, of user: UserID, in span: Span) async throws(StorageError) -> [Revision] {
        var revisions: [Revision] = []
        var cursor: Cursor?
        repeat {
            let page = try await page(filter, of: user, in: span, after: cursor, limit: Self.longestPage)
            revisions += page.items
            cursor = page.next
        } while cursor != nil
        return revisions
    }
}

extension [Revision] {
    /// A row for each entry that made a difference.
    var text: String {
        let header = ["day", "metric", "source", "account", "before", "after", "posted", "at", "by"]
        let rows = flatMap { revision in
            revision.entries.map { entry in
                [
                    revision.day, revision.metric, revision.source, revision.account, revision.before?.text ?? "missing",
                    revision.after?.text ?? "missing", entry.value.text, entry.createdAt, entry.origin,
                ]
            }
        }
        return TextTable(header: header, rows: rows, numbers: ["before", "after", "posted"]).lines.joined(separator: "\n")
    }
}

extension Revision.Cause {
    /// The note of a correction, the file and line of an import, or whatever `meta` says.
    fileprivate var origin: String {
        if let note = meta["note"]?.text { return note }
        if let file = meta["file"]?.text { return meta["line"].map { "\(file), line \($0)" } ?? file }
        return meta == .object([]) ? importID ?? "SQL" : meta.description
    }
}
