// A JSON object per line as records: the keys are the headers.
import Domain

/// Reads flat objects. The first one's keys are a record of headers; each line then is a record in their order.
struct NDJSONRecords: Sendable {
    private var lines = LineSplitter()
    private var keys: [String]?
    /// The record behind the headers, which came from the same line.
    private var first: FileRecord?

    private static let longestSpace = 1 << 16

    mutating func feed(_ bytes: [UInt8]) { lines.feed(bytes) }

    mutating func finish() { lines.finish() }

    /// Whether a file is of this kind by its first byte that means something; nil as long as there is none.
    static func begins(_ bytes: [UInt8]) -> Bool? {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        if bytes.count < mark.count, mark.starts(with: bytes) { return nil }
        let text = bytes.starts(with: mark) ? bytes[3...] : bytes[...]
        if let first = text.first(where: { !($0 == 0x20 || (0x09...0x0D).contains($0)) }) { return first == UInt8(ascii: "{") }
        // So much space before the first byte is no file that anybody wrote.
        return text.count > longestSpace ? false : nil
    }

    mutating func next() throws(FileError) -> FileRecord? {
        if let first {
            self.first = nil
            return first
        }
        guard let line = try lines.next() else { return nil }
        var members: [String: String] = [:]
        for member in try object(line) { members[member.key] = try text(member) }
        guard let keys else {
            let names = members.keys.sorted()
            keys = names
            first = FileRecord(line: lines.line, names.map { members[$0] ?? "" })
            return FileRecord(line: lines.line, names)
        }
        if let other = members.keys.filter({ !keys.contains($0) }).min() { throw .otherKey(line: lines.line, other) }
        return FileRecord(line: lines.line, keys.map { members[$0] ?? "" })
    }

    private func object(_ line: [UInt8]) throws(FileError) -> [JSON.Member] {
        let value: JSON
        do throws(JSONError) { value = try JSON(reading: line) } catch { throw .notAnObject(line: lines.line, error.description) }
        guard case .object(let members) = value else { throw .notAnObject(line: lines.line, "a JSON object was expected") }
        return members
    }

    private func text(_ member: JSON.Member) throws(FileError) -> String {
        switch member.value {
        case .string(let text): return text
        case .number(let number): return number.text
        case .integer(let number): return "\(number)"
        case .bool(let flag): return flag ? "true" : "false"
        case .null: return ""
        case .object, .array, .encoded:
            throw .notAnObject(line: lines.line, "\(member.key.quoted) holds an object or an array: one value was expected")
        }
    }
}

extension FileRecord {
    fileprivate init(line: Int, _ texts: [String]) {
        self.line = line
        for text in texts {
            let start = bytes.count
            bytes.append(contentsOf: text.utf8)
            addField(from: start, to: bytes.count)
            bytes.append(UInt8(ascii: ","))
        }
    }
}
