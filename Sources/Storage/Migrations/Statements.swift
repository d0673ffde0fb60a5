// Splits a file of SQL into its statements.

/// Semicolons end a statement save inside quotes, dollar quotes, comments and parentheses.
/// The Supabase CLI splits so too (its pkg/parser) and records the parts: `split` gives what it would have recorded.
enum Statements {
    static func split(_ sql: String) -> [String] {
        var scanner = SQLScanner(sql)
        var statements: [String] = []
        var current = ""
        while let part = scanner.next() {
            if part == .semicolon {
                append(current, to: &statements)
                current = ""
            } else {
                current += part.text
            }
        }
        append(current, to: &statements)
        return statements
    }

    /// Two texts that differ in comments, blanks and a last semicolon only are the same migration.
    static func normalised(_ statements: [String]) -> [String] {
        statements.map { statement in
            var scanner = SQLScanner(statement)
            var text = ""
            while let part = scanner.next() {
                switch part {
                case .blank, .comment: if !text.isEmpty, !text.hasSuffix(" ") { text += " " }
                case .quoted(let quoted): text += quoted
                case .other(let other): text.append(other)
                case .semicolon: break
                }
            }
            return text.hasSuffix(" ") ? String(text.dropLast()) : text
        }.filter { !$0.isEmpty }
    }

    private static func append(_ statement: String, to statements: inout [String]) {
        let trimmed = String(statement.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        if !trimmed.isEmpty { statements.append(trimmed) }
    }
}

/// Cuts SQL into what a semicolon may hide in and the rest, character by character.
struct SQLScanner {
    enum Part: Equatable {
        case semicolon
        case blank(Character)
        case comment(String)
        /// A literal, a quoted name or a dollar-quoted text, quotes included.
        case quoted(String)
        case other(Character)

        var text: String {
            switch self {
            case .semicolon: ";"
            case .blank(let character), .other(let character): String(character)
            case .comment(let text), .quoted(let text): text
            }
        }
    }

    private var rest: Substring
    private var depth = 0

    init(_ sql: String) {
        rest = sql[...]
    }

    mutating func next() -> Part? {
        guard let first = rest.first else { return nil }
        if rest.hasPrefix("--") { return .comment(take(through: "\n", from: 2)) }
        if rest.hasPrefix("/*") { return .comment(take(through: "*/", from: 2)) }
        if first == "'" || first == "\"" { return .quoted(take(through: String(first), from: 1)) }
        if first == "$", let tag = dollarTag { return .quoted(take(through: tag, from: tag.count)) }
        rest.removeFirst()
        switch first {
        case "(": depth += 1
        case ")": depth -= 1
        case ";" where depth == 0: return .semicolon
        case _ where first.isWhitespace: return .blank(first)
        default: break
        }
        return .other(first)
    }

    /// `$tag$` at the beginning of the rest.
    private var dollarTag: String? {
        let tag = rest.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        guard tag.first?.isNumber != true, rest[tag.endIndex...].hasPrefix("$") else { return nil }
        return "$\(tag)$"
    }

    /// Everything up to the end mark and the mark itself, looking for it only after the first `skip` characters.
    private mutating func take(through mark: String, from skip: Int) -> String {
        let end = rest.dropFirst(skip).firstRange(of: mark)?.upperBound ?? rest.endIndex
        defer { rest = rest[end...] }
        return String(rest[..<end])
    }
}
