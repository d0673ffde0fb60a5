// Reads .env files as python-dotenv does for the brief's service: quotes, `export`, comments.
// swift-configuration's own parser keeps the quotes, so that a URL in quotes would be no URL.

enum DotEnv {
    /// Lines that are no `NAME=value` are passed over; of a name given twice the last counts.
    static func parse(_ text: String) -> [String: String] {
        var values: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            var line = line.drop(while: \.isWhitespace)
            if line.hasPrefix("export ") { line = line.dropFirst(7) }
            guard !line.hasPrefix("#"), let equals = line.firstIndex(of: "=") else { continue }
            let name = line[..<equals].filter { !$0.isWhitespace }
            if !name.isEmpty { values[name] = value(line[line.index(after: equals)...]) }
        }
        return values
    }

    private static func value(_ text: Substring) -> String {
        let text = text.drop(while: \.isWhitespace)
        if let quote = text.first, quote == "\"" || quote == "'", let end = text.dropFirst().firstIndex(of: quote) {
            let inside = text[text.index(after: text.startIndex)..<end]
            return quote == "'" ? String(inside) : String(inside.replacing("\\n", with: "\n"))
        }
        // A comment begins after a blank: a # inside a word belongs to it.
        let uncommented = text.firstRange(of: " #").map { text[..<$0.lowerBound] } ?? text
        return String(uncommented.reversed().drop(while: \.isWhitespace).reversed())
    }
}
