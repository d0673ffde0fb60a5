// What one look at one thing found.

package struct Finding: Sendable, Equatable {
    package enum Verdict: Sendable, Equatable {
        case good
        /// It works and could be better, or safer.
        case warning
        /// It could not be found out.
        case unknown
        /// `serve` would not start.
        case wrong
    }

    /// What was looked at: a setting's name, or a word or two.
    package let subject: String
    package let verdict: Verdict
    /// What is so, and where it is wrong what to do. Never a secret.
    package let words: String

    static func good(_ subject: String, _ words: String) -> Finding { Finding(subject: subject, verdict: .good, words: words) }
    static func warning(_ subject: String, _ words: String) -> Finding { Finding(subject: subject, verdict: .warning, words: words) }
    static func unknown(_ subject: String, _ words: String) -> Finding { Finding(subject: subject, verdict: .unknown, words: words) }
    static func wrong(_ subject: String, _ words: String) -> Finding { Finding(subject: subject, verdict: .wrong, words: words) }

    package var line: String { "\(mark) \(subject): \(words)" }

    private var mark: String {
        switch verdict {
        case .good: "✓"
        case .warning: "!"
        case .unknown: "?"
        case .wrong: "✗"
        }
    }
}
