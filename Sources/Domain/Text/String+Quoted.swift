// Other people's text inside our messages: short, on one line, and harmless to a terminal.

extension String {
    /// The text in double quotes: at most 60 characters of it, invisible and control characters as `\u{…}`.
    package var quoted: String {
        var result = "\""
        for scalar in unicodeScalars.prefix(60) {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator:
                    result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
                default: result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + (unicodeScalars.dropFirst(60).isEmpty ? "\"" : "…\"")
    }
}
