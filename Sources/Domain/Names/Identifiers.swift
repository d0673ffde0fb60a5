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
        guard let uuid = UUID(uuidString: text) else { return nil }
        self.uuid = uuid
    }
}

extension UserID: LosslessStringConvertible {
    package init?(_ text: String) {
        guard let uuid = UUID(uuidString: text) else { return nil }
        self.uuid = uuid
    }

    package var description: String { uuid.uuidString.lowercased() }
}

extension ImportID: CustomStringConvertible {
    package var description: String { uuid.uuidString.lowercased() }
}
