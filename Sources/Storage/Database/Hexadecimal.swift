// Bytes as `decode(…, 'hex')` takes them and `encode(…, 'hex')` gives them.

extension [UInt8] {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Two digits for each byte.
    var hexadecimal: String {
        String(decoding: flatMap { [Self.digits[Int($0 >> 4)], Self.digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Nil unless there are two digits for each byte.
    init?(hexadecimal text: String) {
        let digits = text.utf8.map { UInt8(String(UnicodeScalar($0)), radix: 16) }
        guard digits.count.isMultiple(of: 2), !digits.contains(nil) else { return nil }
        self = stride(from: 0, to: digits.count, by: 2).map { (digits[$0] ?? 0) << 4 | (digits[$0 + 1] ?? 0) }
    }
}
