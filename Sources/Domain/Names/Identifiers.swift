// Who and which: identifiers that the database makes or keeps as UUIDs.

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A row of `users`.
package struct UserID: Sendable, Hashable {
    private let uuid: UUID
}

extension UserID {
    /// Whose nothing is: for what is checked before a user is known.
    package static let nobody = UserID(uuid: UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
}

/// One run of an import: what its entries have in common.
package struct ImportID: Sendable, Hashable {
    private let uuid: UUID

    /// A new one.
    package init() {
        uuid = UUID()
    }

    package init?(_ text: String) {
        guard let uuid = UUID(strictly: text) else { return nil }
        self.uuid = uuid
    }
}

/// A person, as Supabase Auth knows him: the `sub` of his tokens, never equal to the id of a row of `users`.
package struct SubjectID: Sendable, Hashable {
    private let uuid: UUID

    package init?(_ text: String) {
        guard let uuid = UUID(strictly: text) else { return nil }
        self.uuid = uuid
    }
}

/// An API key's row.
package struct KeyID: Sendable, Hashable {
    private let uuid: UUID

    package init?(_ text: String) {
        guard let uuid = UUID(strictly: text) else { return nil }
        self.uuid = uuid
    }
}

extension UserID: LosslessStringConvertible {
    package init?(_ text: String) {
        guard let uuid = UUID(strictly: text) else { return nil }
        self.uuid = uuid
    }

    package var description: String { uuid.uuidString.lowercased() }
}

extension ImportID: CustomStringConvertible {
    package var description: String { uuid.uuidString.lowercased() }
}

extension SubjectID: LosslessStringConvertible {
    package var description: String { uuid.uuidString.lowercased() }
}

extension KeyID: LosslessStringConvertible {
    package var description: String { uuid.uuidString.lowercased() }
}

extension UUID {
    /// As RFC 9562 writes it, in letters of either case. Foundation also reads `0x`, signs and other lengths of the groups, so that one UUID
    /// would have many spellings.
    fileprivate init?(strictly text: String) {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12], text.utf8.allSatisfy({ $0 == Byte.minus || Byte.isHexadecimal($0) }) else {
            return nil
        }
        self.init(uuidString: text)
    }
}
