// A column's header, and how headers are compared.

/// A header as it stands in the file, without the spaces around it. Equal headers differ at most in case.
struct Header: Hashable, Sendable {
    let text: String
    private let lowerCase: String

    init(_ text: String) {
        self.text = text.trimmed
        lowerCase = self.text.lowercased()
    }

    /// Letters and digits alone: `Key events`, `key_events` and `keyEvents` are all `keyevents`.
    var letters: String {
        lowerCase.filter { $0.isLetter || $0.isNumber }
    }

    static func == (left: Header, right: Header) -> Bool { left.lowerCase == right.lowerCase }

    func hash(into hasher: inout Hasher) { hasher.combine(lowerCase) }
}

extension String {
    fileprivate var trimmed: String {
        let start = drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
