// The messages of a Singer tap, one JSON object per line. https://hub.meltano.com/singer/spec
import Domain

/// A line of a tap's output.
enum SingerMessage {
    /// - Parameters keys: what identifies a record; empty where the tap says nothing.
    ///   properties: the names of the fields.
    case schema(stream: String, keys: [String], properties: Set<String>?)
    case record(stream: String, fields: [String: JSON], version: Int?)
    /// The value as the tap wrote it: it is handed back byte by byte.
    case state([UInt8])
    case activateVersion(stream: String, version: Int)
    case batch(stream: String)

    /// - Throws: `SingerError`.
    init(_ line: [UInt8]) throws(SingerError) {
        let message: JSON
        do throws(JSONError) { message = try JSON(reading: line) } catch { throw .notJSON(error.description) }
        guard let type = message["type"]?.text?.uppercased() else { throw .noType }
        func stream() throws(SingerError) -> String {
            guard let name = message["stream"]?.text else { throw .missing("stream", type) }
            return name
        }
        switch type {
        case "SCHEMA":
            self = .schema(
                stream: try stream(),
                keys: (message["key_properties"]?.elements ?? []).compactMap(\.text),
                properties: message["schema"]?["properties"]?.members.map { Set($0.map(\.key)) }
            )
        case "RECORD":
            guard let members = message["record"]?.members else { throw .missing("record", type) }
            self = .record(
                stream: try stream(),
                fields: Dictionary(members.map { ($0.key, $0.value) }) { $1 },
                version: message["version"]?.integer
            )
        case "STATE":
            guard let value = JSONMember.range(of: "value", in: line) else { throw .missing("value", type) }
            self = .state(Array(line[value]))
        case "ACTIVATE_VERSION":
            guard let version = message["version"]?.integer else { throw .missing("version", type) }
            self = .activateVersion(stream: try stream(), version: version)
        case "BATCH": self = .batch(stream: try stream())
        default: throw .unknownType(type)
        }
    }

    /// Whether a line is a tap's, whatever it lacks.
    static func isMessage(_ line: [UInt8]) -> Bool {
        let message: JSON
        do throws(JSONError) { message = try JSON(reading: line) } catch { return false }
        guard let type = message["type"]?.text?.uppercased() else { return false }
        return ["SCHEMA", "RECORD", "STATE", "ACTIVATE_VERSION", "BATCH"].contains(type)
    }
}

/// What is wrong with a line.
enum SingerError: Error {
    case notJSON(String)
    case noType
    case unknownType(String)
    case missing(String, String)
}

extension SingerError: CustomStringConvertible {
    var description: String {
        switch self {
        case .notJSON(let why): why
        case .noType: "this is no message of a tap: it has no type"
        case .unknownType(let type): "\(type.quoted) is no type of message: SCHEMA, RECORD, STATE and ACTIVATE_VERSION are"
        case .missing(let member, let type): "this \(type) has no \(member)"
        }
    }
}

extension JSON {
    fileprivate var members: [Member]? { if case .object(let members) = self { members } else { nil } }
    fileprivate var elements: [JSON]? { if case .array(let values) = self { values } else { nil } }
    fileprivate var integer: Int? {
        switch self {
        case .integer(let number): number
        case .number(let number): Int(number.text)
        default: nil
        }
    }
}
