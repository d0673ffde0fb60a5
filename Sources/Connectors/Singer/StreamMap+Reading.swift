// A map file: YAML, of which JSON is a part.
import Domain
import Yams

/// Why a map can't be used.
package struct StreamMapError: Error, Sendable, CustomStringConvertible {
    package let description: String
}

extension StreamMap {
    /// More than any map needs.
    private static let longest = 256 * 1024

    /// - Parameter text: YAML without anchors, which could unfold a short text into a very long one.
    package init(reading text: String) throws(StreamMapError) {
        if text.utf8.count > Self.longest { throw StreamMapError(description: "the map has more than \(Self.longest) bytes") }
        if let anchor = Self.anchor(in: text) {
            throw StreamMapError(
                description: "the map has an anchor or alias, \(anchor.quoted): write out what it stands for, or put quotes around it"
            )
        }
        let file: MapFile
        do {
            file = try YAMLDecoder().decode(MapFile.self, from: text)
        } catch let error as StreamMapError {
            throw error
        } catch let error as DecodingError {
            throw Self.refusal(error)
        } catch {
            throw StreamMapError(description: "the map is no YAML: \(error)")
        }
        var streams: [String: StreamRule] = [:]
        for (name, stream) in file.streams { streams[name] = try stream.rule(name) }
        self.init(streams: streams)
    }

    /// The first word that begins with `&` or `*`, outside quotes.
    private static func anchor(in text: String) -> String? {
        var (quote, isStart): (Character?, Bool) = (nil, true)
        for index in text.indices {
            let character = text[index]
            if let open = quote {
                if character == open { quote = nil }
                continue
            }
            if isStart, character == "&" || character == "*" { return String(text[index...].prefix { !$0.isWhitespace }) }
            if isStart, character == "\"" || character == "'" { quote = character }
            isStart = character.isWhitespace || "[{,:-".contains(character)
        }
        return nil
    }

    private static func refusal(_ error: DecodingError) -> StreamMapError {
        // Both decoders wrap what they meet, once or twice.
        var inner: (any Error)? = error
        while case .dataCorrupted(let context)? = inner as? DecodingError { inner = context.underlyingError }
        if let inner = inner as? StreamMapError { return inner }
        if let inner, !(inner is DecodingError) { return StreamMapError(description: "the map is no YAML: \(inner)") }
        return StreamMapError(description: "the map can't be used: \(words(error))")
    }

    private static func words(_ error: DecodingError) -> String {
        func at(_ path: [any CodingKey]) -> String { path.isEmpty ? "" : " at \(path.map(\.stringValue).joined(separator: "."))" }
        return switch error {
        case .keyNotFound(let key, let context): "\(key.stringValue.quoted) is missing\(at(context.codingPath))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            "\(context.debugDescription)\(at(context.codingPath))"
        @unknown default: "\(error)"
        }
    }
}

private struct MapFile: Decodable {
    let streams: [String: Stream]

    /// `skip`, or what the fields mean.
    enum Stream: Decodable {
        case skip
        case fields(Fields)

        init(from decoder: any Decoder) throws {
            // Which of the two stands there, a decoder tells only by trying.
            if let word = try? decoder.singleValueContainer().decode(String.self) {
                guard word == "skip" else { throw StreamMapError(description: "\(word.quoted) is neither skip nor the fields of a stream") }
                self = .skip
            } else {
                self = .fields(try Fields(from: decoder))
            }
        }
    }

    struct Fields: Decodable {
        let source: String?
        let account: [String]
        let date: String?
        let day: String?
        let metrics: [String: String]?
        let metric: String?
        let value: String?
        let versions: String?

        private struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(_ name: String) { stringValue = name }
            init?(stringValue: String) { self.init(stringValue) }
            init?(intValue: Int) { nil }
        }

        private static let names: Set<String> = ["source", "account", "date", "day", "metrics", "metric", "value", "versions"]

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            if let other = fields.allKeys.map(\.stringValue).filter({ !Self.names.contains($0) }).min() {
                let known = Self.names.sorted().joined(separator: ", ")
                throw StreamMapError(description: "the map has a field \(other.quoted) where there are only \(known)")
            }
            func text(_ name: String) throws -> String? { try fields.decodeIfPresent(String.self, forKey: Key(name)) }
            (source, date, day) = (try text("source"), try text("date"), try text("day"))
            (metric, value, versions) = (try text("metric"), try text("value"), try text("versions"))
            metrics = try fields.decodeIfPresent([String: String].self, forKey: Key("metrics"))
            // One field, or several: here too only trying tells, and what is neither is refused below.
            if let one = try? text("account") {
                account = [one]
            } else {
                account = try fields.decodeIfPresent([String].self, forKey: Key("account")) ?? []
            }
        }
    }
}

extension MapFile.Stream {
    fileprivate func rule(_ name: String) throws(StreamMapError) -> StreamRule {
        guard case .fields(let fields) = self else { return .skip(nil) }
        func wrong(_ words: String) -> StreamMapError { StreamMapError(description: "the map of the stream \(name.quoted): \(words)") }
        let date: StreamShape.Date
        switch (fields.date, fields.day) {
        case (let field?, nil): date = .field(field)
        case (nil, let text?):
            guard let day = Day(iso: text) else { throw wrong("\(text.quoted) is no day: give YYYY-MM-DD") }
            date = .constant(day)
        case (nil, nil), (_?, _?): throw wrong("give either date, the field with the day, or day, the one day of all records")
        }
        let metrics: StreamShape.Metrics
        switch (fields.metrics, fields.metric, fields.value) {
        case (let pairs?, nil, nil):
            if pairs.isEmpty { throw wrong("metrics names none") }
            var names: [MetricName: String] = [:]
            for (name, field) in pairs {
                do throws(NameError) { names[try MetricName(name)] = field } catch { throw wrong(error.description) }
            }
            metrics = .fields(names)
        case (nil, let name?, let value?): metrics = .named(name: name, value: value)
        default: throw wrong("give either metrics, a field for each, or metric and value, the fields with a metric's name and value")
        }
        var shape = StreamShape(date: date, metrics: metrics)
        if let source = fields.source {
            do throws(NameError) { shape.source = try SourceName(source) } catch { throw wrong(error.description) }
        }
        shape.account = fields.account
        switch fields.versions {
        case nil, "keep": break
        case "replace": shape.isReplaced = true
        case let other?: throw wrong("\(other.quoted) is no value of versions: give replace, or keep, which is so by itself")
        }
        return .take(shape)
    }
}
