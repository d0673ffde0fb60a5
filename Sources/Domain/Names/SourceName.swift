// The name of a source of data, such as `google_analytics`.

/// A source's name: 1…63 of `a-z`, `0-9`, `_`, `-` and `.`, starting with a letter.
package struct SourceName: Hashable, Sendable {
    static let longest = 63

    package let text: String

    package init(_ text: String) throws(NameError) {
        guard text.utf8.count <= Self.longest, let first = text.utf8.first, Byte.lowerCase.contains(first),
            text.utf8.allSatisfy({
                Byte.lowerCase.contains($0) || Byte.digits.contains($0) || $0 == Byte.underscore || $0 == Byte.minus || $0 == Byte.point
            })
        else { throw .source(text) }
        self.text = text
    }
}

extension SourceName: ExpressibleByStringLiteral {
    /// For names that stand in the source code.
    ///
    /// - Precondition: the literal is a source's name.
    package init(stringLiteral text: String) {
        do {
            try self.init(text)
        } catch {
            preconditionFailure(error.description)
        }
    }
}

extension SourceName: CustomStringConvertible {
    package var description: String { text }
}
