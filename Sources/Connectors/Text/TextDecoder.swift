// From the bytes of a file to UTF-8: what encoding it is in, by its first bytes, and the same text without a byte order mark.

/// Decodes a text file of UTF-8 or UTF-16, chunk by chunk.
///
/// UTF-8 goes through unchecked: the parser looks at every byte anyway. What is no UTF-16 comes out as a byte that UTF-8 never has, so that
/// one check finds the line of either.
struct TextDecoder: Sendable {
    /// What the file is instead of text; nil while nothing speaks against text.
    private(set) var kind: FileError.Kind?
    /// Not nil for UTF-16.
    private var utf16: UTF16Decoder?

    private var held: [UInt8] = []
    private var isDecided = false

    var isUTF16: Bool { utf16 != nil }

    /// The text to parse: none until four bytes have come.
    mutating func take(_ bytes: [UInt8]) -> [UInt8] {
        if isDecided { return decode(bytes) }
        held += bytes
        return held.count < 4 ? [] : decide()
    }

    /// At the end of a file: what was held back.
    mutating func takeRest() -> [UInt8] {
        let rest = isDecided ? [] : decide()
        return rest + (utf16?.finish() ?? [])
    }

    private mutating func decide() -> [UInt8] {
        isDecided = true
        let opening = held
        held = []
        kind = Self.kind(of: opening)
        utf16 = UTF16Decoder(opening: opening)
        if kind != nil { return [] }
        if utf16 != nil { return decode(opening) }
        return opening.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(opening.dropFirst(3)) : opening
    }

    private mutating func decode(_ bytes: [UInt8]) -> [UInt8] { utf16?.decode(bytes) ?? bytes }

    private static func kind(of bytes: [UInt8]) -> FileError.Kind? {
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return .zip }
        if bytes.starts(with: Array("[{".utf8)) { return .json }
        return nil
    }
}
