// Which account of a source: a property, a profile, an ad account, under whatever name its owner knows it.

/// An account of a source: free text of at most 200 characters without control characters or line breaks.
package struct AccountRef: Hashable, Sendable {
    static let longest = 200

    /// The account of a source that has only one.
    package static let none = AccountRef()

    /// Empty for `none`.
    package let text: String

    private init() {
        text = ""
    }

    package init(_ text: String) throws(NameError) {
        guard text.unicodeScalars.count <= Self.longest, text.unicodeScalars.allSatisfy(Self.isAllowed) else { throw .account(text) }
        self.text = text
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}

extension AccountRef: CustomStringConvertible {
    package var description: String { text }
}
