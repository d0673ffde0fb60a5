// An import as the list of imports keeps it.
package import Domain

package enum ImportKind: String, Sendable, CaseIterable {
    case `import`, correction, undo
}

/// What an import runs under.
package struct ImportKey: Sendable, Hashable {
    package let user: UserID
    package let id: ImportID

    package init(user: UserID, id: ImportID = ImportID()) {
        (self.user, self.id) = (user, id)
    }
}

/// A record of a stream that can't be taken.
package struct QuarantinedRecord: Sendable, Equatable {
    /// Of the stream, counted from 1.
    package let line: Int
    package let stream: String
    package let reason: String
    /// As it came; of very long ones the beginning.
    package let record: String

    package static let longestRecord = 10_000

    package init(line: Int, stream: String, reason: String, record: String) {
        // PostgreSQL has no text with a NUL.
        func storable(_ text: String) -> String { String(text.prefix(Self.longestRecord)).replacing("\0", with: "\u{FFFD}") }
        (self.line, self.stream, self.reason, self.record) = (line, storable(stream), storable(reason), storable(record))
    }
}

/// What somebody asked for under a key of his own, so that asking again does no harm.
package struct IdempotencyKey: Sendable, Equatable {
    package let key: String
    /// All that was asked for: the same key with another question is a slip.
    package let request: String

    package init(key: String, request: String) {
        (self.key, self.request) = (key, request)
    }
}

/// Whether an import may begin.
package enum ImportBeginning: Sendable {
    case begun
    /// It was asked for before, and done: what was answered.
    case done(ImportID, report: JSON)
    /// It was asked for before, and is under way.
    case underWay(ImportID)
    /// The key stands for something else.
    case otherRequest(ImportID)
    /// There is an import of this id.
    case idTaken
}

extension QuarantinedRecord {
    package var json: JSON {
        ["line": .integer(line), "stream": .string(stream), "reason": .string(reason), "record": .string(record)]
    }
}
