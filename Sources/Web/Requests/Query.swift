// Query parameters, decoded as forms are: `+` is a space, as the reference has it.
import Domain
import Hummingbird
import Reporting

/// The parameters of a request. Of several of one name the last counts. Whoever calls `end` refuses those that nobody asked for.
struct Query {
    private let values: [String: [String]]
    private var read: Set<String> = []

    init(_ request: Request) throws(Problem) {
        var values: [String: [String]] = [:]
        for pair in (request.uri.query ?? "").utf8.split(separator: UInt8(ascii: "&")) {
            let end = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            values[Self.decode(Substring(pair[..<end])), default: []].append(Self.decode(Substring(pair[end...].dropFirst())))
        }
        // PostgreSQL has no text with a NUL: there is nothing of that name. The brief's `email` is refused in its own words.
        if let name = values.filter({ $0.key != "email" && $0.value.contains { $0.utf8.contains(0) } }).keys.min() {
            throw .field(name, .invalidValue, "The query parameter \(name) holds a NUL, which no text here has.")
        }
        self.values = values
    }

    /// A user's e-mail address.
    mutating func email(_ name: String) throws(Problem) -> String {
        guard let value = text(name) else { throw .invalid(name, "The query parameter \(name) is missing.") }
        do {
            return try EmailAddress(value).text
        } catch {
            throw .invalid(name, "The query parameter \(name) \(error).")
        }
    }

    /// The user that a caller means, who need not be named where it can only be one.
    mutating func email(_ name: String, of caller: Caller) throws(Problem) -> String? {
        if !caller.mustName, text(name) == nil { return nil }
        return try email(name)
    }

    /// Nil where it was not given.
    mutating func text(_ name: String) -> String? {
        texts(name).last
    }

    /// All that were given of one name.
    mutating func texts(_ name: String) -> [String] {
        read.insert(name)
        return values[name] ?? []
    }

    /// False where it was not given.
    mutating func flag(_ name: String) throws(Problem) -> Bool {
        switch text(name) {
        case nil, "false": return false
        case "true": return true
        case let text?: throw .field(name, .invalidValue, "\(text.quoted) is no value of \(name): give true or false.")
        }
    }

    mutating func importID(_ name: String) throws(Problem) -> ImportID? {
        guard let text = text(name) else { return nil }
        guard let id = ImportID(text) else { throw .field(name, .invalidValue, "\(text.quoted) is no UUID.") }
        return id
    }

    mutating func moment(_ name: String) throws(Problem) -> Moment? {
        guard let text = text(name) else { return nil }
        guard let moment = Moment(text) else {
            throw .field(name, .invalidValue, "\(text.quoted) is no moment: give one as in 2026-02-01T00:00:00Z (a + is written %2B).")
        }
        return moment
    }

    /// `from` and `to`: both, or neither.
    mutating func days() throws(Problem) -> Days? {
        switch (text("from"), text("to")) {
        case (nil, nil): return nil
        case (let from?, let to?):
            do throws(RangeError) { return try Days(from: from, to: to) } catch { throw .range(error, "from") }
        case (nil, _?): throw .field("from", .missingField, "from is missing: it goes with to.")
        case (_?, nil): throw .field("to", .missingField, "to is missing: it goes with from.")
        }
    }

    /// One of the words of a type.
    mutating func word<Word: RawRepresentable<String> & CaseIterable>(_ name: String) throws(Problem) -> Word? {
        try text(name).map { text throws(Problem) in try Fields.word(text, at: name) }
    }

    /// `cursor`: the word that the page before gave.
    mutating func cursor(_ read: (String) -> Cursor?) throws(Problem) -> Cursor? {
        guard let text = text("cursor") else { return nil }
        guard let cursor = read(text) else {
            throw .field("cursor", .invalidValue, "\(text.quoted) is no cursor: give what the page before said in next.")
        }
        return cursor
    }

    /// `limit`: how many items a page has.
    mutating func limit(upTo most: Int) throws(Problem) -> Int {
        guard let text = text("limit") else { return most }
        guard let limit = Int(text), (1...most).contains(limit) else {
            throw .field("limit", .invalidValue, "\(text.quoted) is no limit: give a number from 1 to \(most).")
        }
        return limit
    }

    func end() throws(Problem) {
        guard let unknown = values.keys.filter({ !read.contains($0) }).min() else { return }
        throw .field(unknown, .unknownField, "\(unknown.quoted) is no parameter here: there are \(read.sorted().joined(separator: ", ")).")
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

extension EntryFilter {
    /// `metric`, `source`, `account`, `from` and `to`, each of which may be left out.
    init(_ query: inout Query) throws(Problem) {
        let metric = try query.text("metric").map { text throws(Problem) in try Problem.naming("metric", text, MetricName.init(existing:)) }
        self.init(metric: metric, source: query.text("source"), account: query.text("account"), days: try query.days())
    }
}

extension Problem {
    fileprivate static func invalid(_ field: String, _ detail: String) -> Problem { .invalid([Field(name: field, detail: detail)]) }
}

extension Request {
    /// Whether the client asks for this media type by name, and likes no other one of those there are better.
    func prefers(_ type: String, to other: String) -> Bool {
        guard let weight = acceptWeights[type] else { return false }
        return weight > 0 && weight >= acceptWeights[other] ?? 0
    }

    /// RFC 9110, 12.5.1: what each type that is named weighs, from 0 to 1.
    private var acceptWeights: [String: Double] {
        let ranges = headers[values: .accept].joined(separator: ",").lowercased().split(separator: ",")
        return ranges.reduce(into: [:]) { weights, range in
            let parts = range.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            guard let type = parts.first else { return }
            weights[type] = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
        }
    }
}
