// UTF-16 to UTF-8, as Meta Business Suite and older spreadsheets write their exports.

/// Decodes UTF-16 of either byte order, chunk by chunk.
struct UTF16Decoder: Sendable {
    /// Stands for half a character, or a surrogate without its other half. UTF-8 never has this byte.
    static let invalid: UInt8 = 0xFF

    private let isBigEndian: Bool
    private var isAtStart = true
    /// The first byte of a unit whose second has not come.
    private var half: UInt8?
    /// A surrogate that waits for its other half.
    private var high: UInt16?

    /// - Parameter opening: the first bytes of the file. Nil if they are not UTF-16: they have no byte order mark, and there is no zero in one
    ///   of the first two, as any text has there that begins with an ASCII character.
    init?(opening: [UInt8]) {
        guard opening.count >= 2 else { return nil }
        switch (opening[0], opening[1]) {
        case (0xFF, 0xFE): isBigEndian = false
        case (0xFE, 0xFF): isBigEndian = true
        case (0, 1...): isBigEndian = true
        case (1..., 0): isBigEndian = false
        default: return nil
        }
    }

    mutating func decode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count / 2 + 4)
        for byte in bytes {
            guard let first = half else {
                half = byte
                continue
            }
            half = nil
            let unit = isBigEndian ? UInt16(first) << 8 | UInt16(byte) : UInt16(byte) << 8 | UInt16(first)
            let isMark = isAtStart && unit == 0xFEFF
            isAtStart = false
            if !isMark { append(unit, to: &text) }
        }
        return text
    }

    /// What was left over at the end of the file.
    mutating func finish() -> [UInt8] {
        let isCutOff = half != nil || high != nil
        (half, high) = (nil, nil)
        return isCutOff ? [Self.invalid] : []
    }

    private mutating func append(_ unit: UInt16, to text: inout [UInt8]) {
        if let first = high.take() {
            if UTF16.isTrailSurrogate(unit) {
                append(Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(unit) - 0xDC00)), to: &text)
            } else {
                append(nil, to: &text)
                append(unit, to: &text)
            }
        } else if UTF16.isLeadSurrogate(unit) {
            high = unit
        } else {
            append(Unicode.Scalar(unit), to: &text)
        }
    }

    private func append(_ scalar: Unicode.Scalar?, to text: inout [UInt8]) {
        if let scalar, let encoded = UTF8.encode(scalar) { text.append(contentsOf: encoded) } else { text.append(Self.invalid) }
    }
}
