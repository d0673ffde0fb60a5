// A record's fields to points.
import Domain

/// Why a record can't be taken.
struct BadRecord: Error {
    let reason: String
}

extension StreamShape {
    /// The points of a record: a field that is null or not there has no value, and makes none.
    func points(_ fields: [String: JSON], line: Int) throws(BadRecord) -> [SourcedPoint] {
        let (day, account) = (try day(fields), try account(fields))
        func point(_ metric: MetricName, _ field: String) throws(BadRecord) -> SourcedPoint? {
            guard let value = try number(fields[field], field) else { return nil }
            return SourcedPoint(source: source, account: account, point: DailyPoint(metric: metric, day: day, value: value, line: line))
        }
        switch metrics {
        case .fields(let names):
            var points: [SourcedPoint] = []
            for (metric, field) in names { if let point = try point(metric, field) { points.append(point) } }
            return points
        case .named(let nameField, let valueField):
            guard let text = fields[nameField]?.text, !text.isEmpty else {
                throw BadRecord(reason: "its field \(nameField.quoted) names no metric")
            }
            // A known tap sends more than is known of.
            if !names.isEmpty, names[text] == nil { return [] }
            let metric: MetricName
            do throws(NameError) { if let known = names[text] { metric = known } else { metric = try MetricName(text) } } catch {
                throw BadRecord(reason: error.description)
            }
            return try point(metric, valueField).map { [$0] } ?? []
        }
    }

    private func day(_ fields: [String: JSON]) throws(BadRecord) -> Day {
        let name: String
        switch date {
        case .constant(let day): return day
        case .field(let field), .end(let field): name = field
        }
        let text: String
        switch fields[name] {
        case .string(let string): text = string
        case .number(let number): text = number.text
        case .integer(let number): text = "\(number)"
        case nil, .null: throw BadRecord(reason: "its field \(name.quoted), the day, is missing")
        case .object, .array, .bool, .encoded: throw BadRecord(reason: "its field \(name.quoted) is no day")
        }
        let bytes = Array(text.utf8)
        let hasTime = bytes.count > 10 && Self.isTime(bytes[10...])
        let datePart = hasTime ? Array(bytes[..<10]) : bytes
        guard case (let form, let day?)? = DateForm.read(datePart.span), [.iso, .compact, .slashes].contains(form) else {
            throw BadRecord(reason: "\(text.quoted) in its field \(name.quoted) is no day: YYYY-MM-DD was expected")
        }
        guard case .end = date else { return day }
        // The second before, in California. A day ends at 07:00Z or 08:00Z: with eight hours taken off either is still the day before, or midnight.
        guard hasTime, bytes.count >= 13, let hour = Int(String(decoding: bytes[11..<13], as: UTF8.self)) else {
            throw BadRecord(reason: "\(text.quoted) in its field \(name.quoted) has no time of day")
        }
        let isMidnight = bytes.count < 19 || String(decoding: bytes[14..<19], as: UTF8.self) == "00:00"
        guard let ended = hour < 8 || (hour == 8 && isMidnight) ? day.adding(days: -1) : day else {
            throw BadRecord(reason: "\(text.quoted) in its field \(name.quoted) is the end of no day")
        }
        return ended
    }

    /// `T07:00:00+0000` and its like: hours and minutes, and behind them nothing but what times and zones are written with. A period (`2026-01-01 -
    /// 2026-01-07`) is none.
    private static func isTime(_ bytes: ArraySlice<UInt8>) -> Bool {
        let bytes = Array(bytes)
        guard bytes.count >= 6, bytes[0] == UInt8(ascii: "T") || bytes[0] == UInt8(ascii: " ") else { return false }
        let isDigit = { (index: Int) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) }
        return isDigit(1) && isDigit(2) && bytes[3] == UInt8(ascii: ":") && isDigit(4) && isDigit(5)
            && bytes[6...].allSatisfy { "0123456789:.,+-ZUTC ".utf8.contains($0) }
    }

    private func account(_ fields: [String: JSON]) throws(BadRecord) -> AccountRef? {
        if account.isEmpty { return nil }
        var parts: [String] = []
        for name in account {
            switch fields[name] {
            case .string(let text) where !text.isEmpty: parts.append(text)
            case .number(let number): parts.append(number.text)
            case .integer(let number): parts.append("\(number)")
            case .bool(let flag): parts.append(flag ? "true" : "false")
            default: throw BadRecord(reason: "its field \(name.quoted), of its account, is missing")
            }
        }
        let text = parts.joined(separator: "/")
        let name = accountIsPrefix ? String(text.prefix { $0 != "/" }) : text
        do throws(NameError) { return try AccountRef(name) } catch { throw BadRecord(reason: error.description) }
    }

    private func number(_ value: JSON?, _ field: String) throws(BadRecord) -> ExactDecimal? {
        switch value {
        case nil, .null: return nil
        case .number(let number): return number
        case .integer(let number): return ExactDecimal(number)
        case .string(let text):
            if case .missing = CellValue(Array(text.utf8).span) { return nil }
            // What a program writes has no thousands.
            guard let number = ExactDecimal(text) else {
                throw BadRecord(reason: "\(text.quoted) in its field \(field.quoted) is no number")
            }
            return number
        case .bool, .object, .array, .encoded: throw BadRecord(reason: "its field \(field.quoted) is no number")
        }
    }
}
