// JSON to bytes (RFC 8259).

extension JSON {
    package enum Style: Sendable {
        /// Without any space.
        case compact
        /// A line for each member and element, indented by two spaces.
        case pretty
    }

    /// The value as UTF-8, without a line break at its end.
    package func encoded(_ style: Style = .compact) -> [UInt8] {
        var writer = JSONWriter(style: style)
        writer.write(self)
        return writer.bytes
    }
}

private struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private let style: JSON.Style
    private var depth = 0

    init(style: JSON.Style) {
        self.style = style
    }

    mutating func write(_ value: JSON) {
        switch value {
        case .object(let members):
            write(members, between: "{", and: "}") { writer, member in
                writer.write(member.key)
                writer.bytes.append(contentsOf: (writer.style == .pretty ? ": " : ":").utf8)
                writer.write(member.value)
            }
        case .array(let values):
            write(values, between: "[", and: "]") { writer, value in writer.write(value) }
        case .string(let text): write(text)
        case .number(let number): bytes.append(contentsOf: number.text.utf8)
        case .integer(let number): bytes.append(contentsOf: String(number).utf8)
        case .bool(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
        case .null: bytes.append(contentsOf: "null".utf8)
        case .encoded(let written): bytes.append(contentsOf: written)
        }
    }

    private mutating func write<Item>(_ items: [Item], between open: String, and close: String, _ body: (inout JSONWriter, Item) -> Void) {
        bytes.append(contentsOf: open.utf8)
        depth += 1
        for (index, item) in items.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            breakLine()
            body(&self, item)
        }
        depth -= 1
        if !items.isEmpty { breakLine() }
        bytes.append(contentsOf: close.utf8)
    }

    private mutating func breakLine() {
        guard style == .pretty else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }

    private mutating func write(_ text: String) {
        bytes.append(Byte.quote)
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == Byte.quote || $0 == Byte.backslash }) else {
            bytes.append(contentsOf: text.utf8)
            bytes.append(Byte.quote)
            return
        }
        for byte in text.utf8 {
            switch byte {
            case Byte.quote, Byte.backslash: bytes += [Byte.backslash, byte]
            case 0x08: bytes += [Byte.backslash, UInt8(ascii: "b")]
            case 0x09: bytes += [Byte.backslash, UInt8(ascii: "t")]
            case 0x0A: bytes += [Byte.backslash, UInt8(ascii: "n")]
            case 0x0C: bytes += [Byte.backslash, UInt8(ascii: "f")]
            case 0x0D: bytes += [Byte.backslash, UInt8(ascii: "r")]
            case 0x00..<0x20:
                let hex = String(byte, radix: 16)
                bytes.append(contentsOf: (hex.utf8.count == 1 ? "\\u000\(hex)" : "\\u00\(hex)").utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(Byte.quote)
    }
}
