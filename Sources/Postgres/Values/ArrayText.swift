// PostgreSQL's text form of arrays: {"a","b",NULL}.

enum ArrayText {
    /// Every element quoted, so that no content needs a look.
    static func encode(_ elements: [String?]) -> String {
        let (quote, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))
        var bytes = [UInt8(ascii: "{")]
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            guard let element else {
                bytes.append(contentsOf: "NULL".utf8)
                continue
            }
            bytes.append(quote)
            for byte in element.utf8 {
                if byte == quote || byte == backslash { bytes.append(backslash) }
                bytes.append(byte)
            }
            bytes.append(quote)
        }
        bytes.append(UInt8(ascii: "}"))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads a one-dimensional array; nil when the text is none.
    static func decode(_ text: String) -> [String?]? {
        let special = [UInt8(ascii: "\""), UInt8(ascii: "\\")]
        return text.utf8.contains(where: special.contains) ? decodeQuoted(text) : decodePlain(text)
    }

    /// Numbers, days and the like: thousands of them in one array.
    private static func decodePlain(_ text: String) -> [String?]? {
        guard text.utf8.count >= 2, text.utf8.first == UInt8(ascii: "{"), text.utf8.last == UInt8(ascii: "}") else { return nil }
        let inside = text.utf8.dropFirst().dropLast()
        guard !inside.contains(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }) else { return nil }
        if inside.isEmpty { return [] }
        return inside.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map {
            let element = String(Substring($0))
            return element == "NULL" ? nil : element
        }
    }

    private static func decodeQuoted(_ text: String) -> [String?]? {
        var scalars = text.unicodeScalars.makeIterator()
        guard scalars.next() == "{" else { return nil }
        var elements: [String?] = []
        var current = String.UnicodeScalarView()
        var (inQuotes, wasQuoted, sawAny) = (false, false, false)
        func element() -> String? {
            let text = String(current)
            return !wasQuoted && text == "NULL" ? nil : text
        }
        while let scalar = scalars.next() {
            switch scalar {
            case "\\":
                guard let escaped = scalars.next() else { return nil }
                current.append(escaped)
            case "\"":
                inQuotes.toggle()
                (wasQuoted, sawAny) = (true, true)
            case "," where !inQuotes:
                elements.append(element())
                (current, wasQuoted) = (String.UnicodeScalarView(), false)
            case "}" where !inQuotes:
                if sawAny || !current.isEmpty || !elements.isEmpty { elements.append(element()) }
                return scalars.next() == nil ? elements : nil
            default: current.append(scalar)
            }
        }
        return nil
    }
}
