// An e-mail address as far as a user's name needs one: something that can be written down and told from others.

/// What stands in `users.email`. Compared as it is written; whether mail reaches it is not our business.
package struct EmailAddress: Hashable, Sendable, CustomStringConvertible {
    /// RFC 5321: 64 bytes for the mailbox, 255 for its domain, and the @.
    static let longest = 320

    package let text: String

    package var description: String { text }

    package init(_ text: String) throws(EmailError) {
        guard text.contains(where: { !$0.isWhitespace }) else { throw .empty }
        guard text.utf8.count <= Self.longest else { throw .tooLong }
        // U+FFFD is what bytes that are no UTF-8 were turned into.
        guard text.unicodeScalars.allSatisfy({ !$0.isControl && $0 != "\u{FFFD}" }) else { throw .notText }
        self.text = text
    }
}

/// Why a text is no e-mail address.
package enum EmailError: Error, Sendable, Hashable {
    case empty
    case tooLong
    case notText
}

extension EmailError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .empty: "is empty"
        case .tooLong: "is longer than \(EmailAddress.longest) bytes"
        case .notText: "holds control characters or bytes that are no text"
        }
    }
}
