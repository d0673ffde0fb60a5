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

    /// Reads a one-dimensional array without NULLs; nil when the text is none.
    static func values<Value: PostgresReadable>(_ text: String, of: Value.Type) -> [Value]? {
        var text = text
        if let values = text.withUTF8({ unsafe plainValues($0.span, of: Value.self) }) { return values }
        guard let elements = decode(text) else { return nil }
        let values = elements.compactMap { $0.flatMap(Value.init(postgresText:)) }
        return values.count == elements.count ? values : nil
    }

    /// Numbers, days and the like, thousands of them in one array. Nil when anything in it wants a closer look.
    private static func plainValues<Value: PostgresReadable>(_ bytes: Span<UInt8>, of: Value.Type) -> [Value]? {
        let end = bytes.count - 1
        guard end > 1, bytes[0] == UInt8(ascii: "{"), bytes[end] == UInt8(ascii: "}") else { return nil }
        var values: [Value] = []
        var start = 1
        for index in 1...end {
            switch bytes[index] {
            case UInt8(ascii: "}") where index < end: return nil
            case UInt8(ascii: ","), UInt8(ascii: "}"):
                let element = bytes.extracting(start..<index)
                guard !element.isEmpty, let value = Value(postgresElement: element) else { return nil }
                values.append(value)
                start = index + 1
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "{"), UInt8(ascii: "N"), UInt8(ascii: "n"): return nil
            default: continue
            }
        }
        return start == bytes.count ? values : nil
    }

    /// Reads a one-dimensional array; nil when the text is none.
    static func decode(_ text: String) -> [String?]? {
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
