// Versions as programs print them, compared number by number.

struct Version: Sendable, Hashable, Comparable, CustomStringConvertible {
    let numbers: [Int]

    init(_ numbers: Int...) {
        self.numbers = numbers
    }

    /// The first word of the text that begins with a number: `postgres (PostgreSQL) 15.20 (Debian 15.20-0)` is 15.20.
    init?(in text: String) {
        guard let word = text.split(whereSeparator: \.isWhitespace).first(where: { $0.first?.isNumber == true }) else { return nil }
        numbers = word.prefix { $0.isNumber || $0 == "." }.split(separator: ".").compactMap { Int($0) }
    }

    static func < (left: Version, right: Version) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }

    var description: String {
        numbers.map(String.init).joined(separator: ".")
    }
}
