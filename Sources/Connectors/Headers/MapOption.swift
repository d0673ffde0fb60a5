// Suggested options have to work when pasted into a shell.

import Domain

/// The option that would map a column: `--map 'Key events=conversions'`.
struct MapOption: CustomStringConvertible {
    let header: String
    let target: String

    init(_ header: String, to target: String) {
        self.header = header
        self.target = target
    }

    var description: String {
        // Too long to paste, or with characters that a terminal would act on: the user has to find the words.
        let isPrintable = header.unicodeScalars.count <= 60 && header.quoted.unicodeScalars.count == header.unicodeScalars.count + 2
        let pair = (isPrintable ? header : "HEADER") + "=" + target
        let isWord = pair.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "=_-.".contains($0)) }
        return "--map " + (isWord ? pair : "'" + pair.replacing("'", with: "'\\''") + "'")
    }
}
