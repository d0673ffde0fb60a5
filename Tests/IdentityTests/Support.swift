// What the tests of this target share: a clock that goes when it is told to, and tokens as text.
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

final class HandClock: Sendable {
    private let time = Mutex(ContinuousClock.now)

    var now: ContinuousClock.Instant { time.withLock { $0 } }

    func advance(by duration: Duration) {
        time.withLock { $0 += duration }
    }
}

/// Base64 as tokens have it, by Foundation's encoder: ours only decodes.
func base64URL(_ text: String) -> String {
    var encoded = ""
    for character in Data(text.utf8).base64EncodedString() where character != "=" {
        switch character {
        case "+": encoded.append("-")
        case "/": encoded.append("_")
        default: encoded.append(character)
        }
    }
    return encoded
}

/// A token of these parts.
/// - Parameter signature: as it stands in the token.
func token(_ header: String, _ payload: String, signature: String = "c2ln") -> String {
    "\(base64URL(header)).\(base64URL(payload)).\(signature)"
}

/// What `dump`, interpolation and `String(reflecting:)` make of a value.
func printed<Value>(_ value: Value) -> String {
    var text = "\(value) \(String(reflecting: value))"
    dump(value, to: &text)
    return text
}
