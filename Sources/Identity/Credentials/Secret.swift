// Random texts that open something, and what is kept of them.
import Crypto

/// A text that nobody can guess, made here. Only its hash is ever stored: who reads the database has nothing to show.
///
/// SHA-256 without salt or stretching is enough for what has so much chance in it.
package struct Secret: Sendable {
    package let text: String

    package var hash: [UInt8] { Digest.sha256(text) }

    /// - Parameter count: letters and digits, of a little less than 6 bits each.
    package init(letters count: Int) {
        var random = SystemRandomNumberGenerator()
        text = String((0..<count).map { _ in Base62.digits[Int.random(in: 0..<62, using: &random)] })
    }
}

package enum Digest {
    package static func sha256(_ text: some StringProtocol) -> [UInt8] {
        Array(SHA256.hash(data: Array(text.utf8)))
    }
}

enum Base62 {
    static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

    /// The number in this many digits, zeros in front.
    static func text(_ number: UInt32, digits count: Int) -> String {
        var (rest, text) = (number, [Character]())
        for _ in 0..<count {
            text.append(digits[Int(rest % 62)])
            rest /= 62
        }
        return String(text.reversed())
    }
}

extension Secret: CustomStringConvertible {
    /// Never the text: what is printed by mistake is no secret.
    package var description: String { "***" }
}

extension Secret: CustomReflectable {
    package var customMirror: Mirror { Mirror(self, children: []) }
}
