// The text format of COPY: tabs between fields, `\N` for NULL, backslash escapes.
// https://www.postgresql.org/docs/15/sql-copy.html

enum CopyText {
    /// Bytes handed to libpq at once.
    static let chunkSize = 64 * 1024

    static func append(_ row: [String?], to bytes: inout [UInt8]) {
        for (index, field) in row.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: "\t")) }
            guard let field else {
                bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "N")])
                continue
            }
            for byte in field.utf8 {
                if let letter = escape(byte) { bytes.append(contentsOf: [UInt8(ascii: "\\"), letter]) } else { bytes.append(byte) }
            }
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    private static func escape(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\\"): UInt8(ascii: "\\")
        case UInt8(ascii: "\t"): UInt8(ascii: "t")
        case UInt8(ascii: "\n"): UInt8(ascii: "n")
        case UInt8(ascii: "\r"): UInt8(ascii: "r")
        default: nil
        }
    }
}
