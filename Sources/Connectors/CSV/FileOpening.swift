// The first bytes of a file: a byte order mark, or the sign that it is no UTF-8 text at all.

/// Holds back the first four bytes of a file, until they tell what it is.
struct FileOpening: Sendable {
    /// What the file is instead of UTF-8 text; nil while nothing speaks against text.
    private(set) var kind: CSVError.Kind?

    private var held: [UInt8] = []
    private var isDecided = false

    /// The bytes to parse: none until four have come, then all of them without the byte order mark.
    mutating func take(_ bytes: [UInt8]) -> [UInt8] {
        if isDecided { return bytes }
        held += bytes
        return held.count < 4 ? [] : decide()
    }

    /// At the end of a file: what was held back.
    mutating func takeRest() -> [UInt8] {
        isDecided ? [] : decide()
    }

    private mutating func decide() -> [UInt8] {
        isDecided = true
        kind = Self.kind(of: held)
        let bytes = held.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(held.dropFirst(3)) : held
        held = []
        return kind == nil ? bytes : []
    }

    private static func kind(of bytes: [UInt8]) -> CSVError.Kind? {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return .utf16 }
        if bytes.starts(with: [0x1F, 0x8B]) { return .gzip }
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return .zip }
        // UTF-16 without a mark: ASCII text has a zero in every other byte.
        if bytes.count >= 2, (bytes[0] == 0) != (bytes[1] == 0) { return .utf16 }
        return nil
    }
}
