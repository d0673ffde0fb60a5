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
        let message: Members
        do throws(JSONError) { message = try JSON.decode(Members.self, from: line) } catch { throw .notJSON(error.description) }
        guard let type = message.type?.uppercased() else { throw .noType }
        func stream() throws(SingerError) -> String {
            guard let name = message.stream else { throw .missing("stream", type) }
            return name
        }
        switch type {
        case "SCHEMA":
            let properties = message.schema?["properties"]?.members.map { Set($0.map(\.key)) }
            self = .schema(stream: try stream(), keys: message.keyProperties ?? [], properties: properties)
        case "RECORD":
            guard let fields = message.record else { throw .missing("record", type) }
            self = .record(stream: try stream(), fields: fields, version: message.version)
        case "STATE":
            guard let value = JSONMember.range(of: "value", in: line) else { throw .missing("value", type) }
            let bytes = Array(line[value])
            // It is handed on as it is, and the decoder does not look into what it is not asked for.
            do throws(JSONError) { _ = try JSON(reading: bytes) } catch { throw .notJSON(error.description) }
            self = .state(bytes)
        case "ACTIVATE_VERSION":
            guard let version = message.version else { throw .missing("version", type) }
            self = .activateVersion(stream: try stream(), version: version)
        case "BATCH": self = .batch(stream: try stream())
        default: throw .unknownType(type)
        }
    }

    /// What a message may hold. Read as such, since a value of which nothing is known costs ten times as much.
    private struct Members: Decodable {
        let type: String?
        let stream: String?
        let record: [String: JSON]?
        let version: Int?
        let schema: JSON?
        let keyProperties: [String]?

        enum CodingKeys: String, CodingKey {
            case type, stream, record, version, schema
            case keyProperties = "key_properties"
        }
    }

    /// Whether a line is a tap's, whatever it lacks.
    static func isMessage(_ line: [UInt8]) -> Bool {
        let message: Members
        do throws(JSONError) { message = try JSON.decode(Members.self, from: line) } catch { return false }
        guard let type = message.type?.uppercased() else { return false }
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
}
