// The last lines of what a program said, fit to be shown.

enum Text {
    /// The last lines with something in them, with every secret blotted out.
    static func lastLines(of text: String, count: Int = 12, without secrets: [String] = []) -> [String] {
        let shown = secrets.filter { !$0.isEmpty }.reduce(text) { $0.replacing($1, with: "(secret)") }
        let lines = shown.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
        return lines.suffix(count).map(String.init)
    }
}
