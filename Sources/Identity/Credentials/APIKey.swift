// API keys: what programs show. Scanners for secrets find them by their prefix, and a slip of the hand by their checksum.
import CZlib

/// `livinglytics_`, 32 letters and digits of chance, and 6 of the CRC-32 of all before them: `livinglytics_[0-9A-Za-z]{38}`.
package struct APIKey: Sendable {
    package static let prefix = "livinglytics_"
    private static let chance = 32

    package let text: String
    /// Its SHA-256, worked out once: a request asks for it more than once.
    package let hash: [UInt8]

    /// A new one.
    package init() {
        let body = Self.prefix + Secret(letters: Self.chance).text
        text = body + Self.checksum(body)
        hash = Digest.sha256(text)
    }

    /// Nil for what was never a key: nobody need be asked about it.
    package init?(_ text: some StringProtocol) {
        guard text.hasPrefix(Self.prefix), text.utf8.count == Self.prefix.utf8.count + Self.chance + 6 else { return nil }
        guard text.dropFirst(Self.prefix.count).allSatisfy(Base62.digits.contains),
            Self.checksum(String(text.dropLast(6))) == text.suffix(6)
        else { return nil }
        self.text = String(text)
        hash = Digest.sha256(text)
    }

    /// The last characters: enough to tell keys apart, too few to guess one.
    package var hint: String { String(text.suffix(4)) }

    private static func checksum(_ body: String) -> String {
        let bytes = Array(body.utf8)
        return Base62.text(UInt32(truncatingIfNeeded: crc32(0, bytes, UInt32(bytes.count))), digits: 6)
    }
}

extension APIKey: CustomStringConvertible {
    package var description: String { Self.prefix + "***" }
}

extension APIKey: CustomReflectable {
    package var customMirror: Mirror { Mirror(self, children: []) }
}
