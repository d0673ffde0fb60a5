// The name of a metric, such as `sessions` or `ad_spend.EUR`.

/// A metric's name: 1…100 of `a-z`, `0-9` and `_`, starting with a letter. Further parts, each after a dot, may have upper case
/// and start with a digit: money carries its currency so (`ad_spend.EUR`).
package struct MetricName: Hashable, Sendable {
    static let longest = 100

    package let text: String

    package init(_ text: String) throws(NameError) {
        let parts = text.utf8.split(separator: Byte.point, omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.longest, let head = parts.first, let first = head.first, Byte.lowerCase.contains(first),
            head.allSatisfy({ Byte.lowerCase.contains($0) || Byte.digits.contains($0) || $0 == Byte.underscore }),
            parts.dropFirst().allSatisfy({ !$0.isEmpty && $0.allSatisfy(Byte.isWordByte) })
        else { throw .metric(text) }
        self.text = text
    }

    /// A name to look up or to read back: somebody's SQL may have written one that we would not, such as `Total Sessions`.
    /// Any text that PostgreSQL can hold.
    package init(existing text: String) throws(NameError) {
        guard !text.utf8.contains(0) else { throw .metric(text) }
        self.text = text
    }
}

extension MetricName: CustomStringConvertible {
    package var description: String { text }
}

extension MetricName: ExpressibleByStringLiteral {
    /// For names that stand in the source code.
    ///
    /// - Precondition: the literal is a metric's name.
    package init(stringLiteral text: String) {
        do {
            try self.init(text)
        } catch {
            preconditionFailure(error.description)
        }
    }
}
