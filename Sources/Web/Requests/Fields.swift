// The members of a JSON object that was sent: each has its type, and none is ignored.
import Domain
import Hummingbird
import NIOCore

/// Reads an object member by member. Whoever has read all of it calls `end`, which refuses what was not asked for.
struct Fields {
    /// More than any question needs.
    private static let longestBody = 64 * 1024
    /// What the description allows: 50 digits, and an exponent of 49.
    private static let mostDigits = 100

    private let members: [String: JSON]
    private var read: Set<String> = []

    /// Reads the body to its end, so that it can be read again.
    static func keepBody(of request: inout Request) async throws {
        do {
            _ = try await request.collectBody(upTo: longestBody)
        } catch is NIOTooManyBytesError {
            throw Problem(status: .contentTooLarge, code: .tooLarge, detail: "The body has more than \(longestBody) bytes.")
        } catch {
            // Whoever sent it has gone, or took too long.
            throw Problem(status: .badRequest, code: .badRequest, detail: "The body broke off.")
        }
    }

    /// The body of a request.
    static func body(of request: Request) async throws -> Fields {
        let buffer = try await request.body.collect(upTo: longestBody)
        let json: JSON
        let bytes = Array(buffer.readableBytesView)
        do throws(JSONError) {
            json = try JSON(reading: bytes)
        } catch {
            throw Problem(status: .badRequest, code: .invalidJSON, detail: "The body can't be read: \(error).")
        }
        if JSON.repeatsAMember(bytes) {
            throw Problem(status: .badRequest, code: .invalidJSON, detail: "The body has a member twice: which of the two is meant?")
        }
        guard case .object(let members) = json else {
            throw Problem(status: .unprocessableContent, code: .wrongType, detail: "The body must be a JSON object.")
        }
        return Fields(members)
    }

    private init(_ members: [JSON.Member]) {
        self.members = Dictionary(members.map { ($0.key, $0.value) }) { $1 }
    }

    mutating func string(_ name: String) throws(Problem) -> String? {
        switch value(name) {
        case nil: return nil
        case .string(let text): return text
        default: throw wrongType(name, "a string")
        }
    }

    mutating func required(_ name: String) throws(Problem) -> String {
        guard let text = try string(name) else { throw .field(name, .missingField, "\(name) is missing.") }
        return text
    }

    /// A user's e-mail address.
    mutating func email(_ name: String) throws(Problem) -> String {
        let text = try required(name)
        do throws(EmailError) { return try EmailAddress(text).text } catch { throw .field(name, .invalidValue, "\(name) \(error).") }
    }

    /// The user that a caller means, who need not be named where it can only be one.
    mutating func email(_ name: String, of caller: Caller) throws(Problem) -> String? {
        if !caller.mustName, value(name) == nil { return nil }
        return try email(name)
    }

    mutating func moment(_ name: String) throws(Problem) -> Moment? {
        guard let text = try string(name) else { return nil }
        guard let moment = Moment(text) else {
            throw .field(name, .invalidValue, "\(text.quoted) is no moment: give one as in 2026-02-01T00:00:00Z.")
        }
        return moment
    }

    mutating func bool(_ name: String) throws(Problem) -> Bool? {
        switch value(name) {
        case nil: return nil
        case .bool(let flag): return flag
        default: throw wrongType(name, "true or false")
        }
    }

    mutating func integer(_ name: String) throws(Problem) -> Int? {
        switch value(name) {
        case nil: return nil
        case .number(let number):
            guard let integer = Int(number.text) else { throw wrongType(name, "a whole number") }
            return integer
        default: throw wrongType(name, "a whole number")
        }
    }

    mutating func strings(_ name: String) throws(Problem) -> [String]? {
        switch value(name) {
        case nil: return nil
        case .array(let values):
            var strings: [String] = []
            for (index, value) in values.enumerated() {
                guard case .string(let text) = value else { throw wrongType("\(name)[\(index)]", "a string") }
                strings.append(text)
            }
            return strings
        default: throw wrongType(name, "an array of strings")
        }
    }

    /// One of the words of a type.
    mutating func word<Word: RawRepresentable<String> & CaseIterable>(_ name: String) throws(Problem) -> Word? {
        try string(name).map { text throws(Problem) in try Self.word(text, at: name) }
    }

    mutating func words<Word: RawRepresentable<String> & CaseIterable>(_ name: String) throws(Problem) -> [Word] {
        var words: [Word] = []
        for (index, text) in (try strings(name) ?? []).enumerated() { words.append(try Self.word(text, at: "\(name)[\(index)]")) }
        return words
    }

    /// A number, or a string that holds one with all of its digits.
    mutating func decimal(_ name: String) throws(Problem) -> ExactDecimal? {
        switch value(name) {
        case nil: return nil
        case .number(let number): return number
        case .string(let text):
            guard let number = ExactDecimal(text) else { throw wrongType(name, "a number") }
            // What no program's number could hold is no measurement.
            guard number.text.prefix(while: { $0 != "." }).utf8.count <= Self.mostDigits else {
                throw .field(name, .invalidValue, "\(name) has more than \(Self.mostDigits) digits before the point.")
            }
            return number
        default: throw wrongType(name, "a number")
        }
    }

    mutating func name<Name>(_ name: String, _ read: (String) throws(NameError) -> Name) throws(Problem) -> Name {
        try Problem.naming(name, try required(name), read)
    }

    /// Whether a member is a string, an array, or not there.
    func isArray(_ name: String) -> Bool {
        if case .array? = members[name] { true } else { false }
    }

    func end() throws(Problem) {
        guard let unknown = members.keys.filter({ !read.contains($0) }).min() else { return }
        throw .field(unknown, .unknownField, "\(unknown.quoted) is no field here: there are \(read.sorted().joined(separator: ", ")).")
    }

    static func word<Word: RawRepresentable<String> & CaseIterable>(_ text: String, at name: String) throws(Problem) -> Word {
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw .field(name, .invalidValue, "\(text.quoted) is no value of \(name): give one of \(words).")
        }
        return word
    }

    private mutating func value(_ name: String) -> JSON? {
        read.insert(name)
        // What is null is left out. (A bare `nil` here would be JSON's null.)
        guard let value = members[name], value != .null else { return Optional.none }
        return value
    }

    private func wrongType(_ name: String, _ expected: String) -> Problem {
        .field(name, .wrongType, "\(name) must be \(expected).")
    }
}

extension Problem {
    /// One field of the request is wrong.
    static func field(_ name: String, _ code: Code, _ detail: String) -> Problem {
        Problem(status: .unprocessableContent, code: code, detail: detail, fields: [Field(name: name, detail: detail)])
    }

    /// Reads a name, whose refusal is the field's.
    static func naming<Name>(_ field: String, _ text: String, _ read: (String) throws(NameError) -> Name) throws(Problem) -> Name {
        do throws(NameError) { return try read(text) } catch { throw .field(field, .invalidValue, "\(error.description).") }
    }
}
