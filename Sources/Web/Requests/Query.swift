// Query parameters, decoded as forms are: `+` is a space, as the reference has it.
import Domain
import Hummingbird

/// The parameters of a request. Of several of one name the last counts.
struct Query {
    private let values: [String: String]

    init(_ request: Request) {
        var values: [String: String] = [:]
        for pair in (request.uri.query ?? "").utf8.split(separator: UInt8(ascii: "&")) {
            let end = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            values[Self.decode(Substring(pair[..<end]))] = Self.decode(Substring(pair[end...].dropFirst()))
        }
        self.values = values
    }

    /// The user's e-mail address.
    func email() throws(Problem) -> String {
        guard let value = values["email"] else { throw .invalid("email", "The query parameter email is missing.") }
        do {
            return try EmailAddress(value).text
        } catch {
            throw .invalid("email", "The query parameter email \(error).")
        }
    }

    private static func decode(_ text: Substring) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "%") }) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+") {
                bytes.append(UInt8(ascii: " "))
            } else if byte == UInt8(ascii: "%"), let value = UInt8(String(Substring(rest.prefix(2))), radix: 16), rest.count >= 2 {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Problem {
    fileprivate static func invalid(_ field: String, _ detail: String) -> Problem { .invalid([Field(name: field, detail: detail)]) }
}
