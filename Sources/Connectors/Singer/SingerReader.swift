// A tap's messages to points, records that can't be taken, and states.
package import Domain

/// What a line of a tap comes to.
package enum SingerEvent: Sendable {
    /// Points of a stream; none where a record has no value.
    case points(stream: String, [SourcedPoint])
    case quarantined(stream: String, line: Int, reason: String, record: String)
    case state([UInt8])
    /// All that a stream has was sent since its version began: what else there is of it goes.
    case replaced(stream: String)
}

/// Why a run can't go on: nothing of the stream could be taken.
package enum StreamRefusal: Error, Sendable, Equatable {
    case unknownStream(String, fields: [String])
    case unmappedKey(String, fields: [String])
    case noProperties(String)
    case noSource(String)
    case batch(String)
    /// Two streams, and the point of which they have two values.
    case contradiction(String, String, String, line: Int)
    case line(Int, String)
}

extension StreamRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownStream(let name, let fields):
            "the stream \(name.quoted) is not in the map, and of no tap that is known: give it a place in --map-file, or pass it over with "
                + "\"\(name): skip\". Its fields are \(TableError.list(fields))"
        case .unmappedKey(let name, let fields):
            "the stream \(name.quoted) has a record for each \(TableError.list(fields)) besides: a day's total can't be told from that. Add the "
                + "\(fields.count == 1 ? "field" : "fields") to account in --map-file, so that each value is an account of its own, or send the stream without"
        case .noProperties(let name): "the SCHEMA of the stream \(name.quoted) has no properties: it says nothing of its records"
        case .noSource(let name):
            "nothing says where the stream \(name.quoted) comes from: give it a source in --map-file, or give --source"
        case .batch(let name):
            "the stream \(name.quoted) comes as BATCH, which names files: none is opened here. Have the tap send records (its batch_config left out)"
        case .contradiction(let name, let other, let point, let line):
            "line \(line): the stream \(name.quoted) has another value for \(point) than the stream \(other.quoted): nothing says which is right; pass one of "
                + "them over in --map-file"
        case .line(let line, let why): "line \(line): \(why)"
        }
    }
}

/// Reads a tap's output line by line.
package struct SingerReader: Sendable {
    private struct Stream {
        var shape: StreamShape
        /// The newest version that records came with.
        var version: Int?
    }

    private let map: StreamMap
    private let options: TableOptions
    private var lines = LineSplitter()
    private var streams: [String: Stream] = [:]
    /// Streams that are passed over, each with the reason, and how many records they had.
    package private(set) var skipped: [String: (reason: String?, records: Int)] = [:]
    /// Records read so far, of all streams.
    package private(set) var recordCount = 0
    /// Whether streams that nobody knows are only counted: for a look that writes nothing.
    private let isLenient: Bool

    package init(_ map: StreamMap = .none, options: TableOptions = TableOptions(), isLenient: Bool = false) {
        (self.map, self.options, self.isLenient) = (map, options, isLenient)
    }

    /// Whether a file's first line is that of a tap's output.
    package static func begins(_ line: [UInt8]) -> Bool { SingerMessage.isMessage(line) }

    package mutating func feed(_ bytes: [UInt8]) { lines.feed(bytes) }

    package mutating func finish() { lines.finish() }

    /// The line that was read last.
    package var line: Int { lines.line }

    /// Whether a new version withdraws what it has not.
    package func isReplaced(_ stream: String) -> Bool { streams[stream]?.shape.isReplaced == true }

    /// The metrics of a stream, by our names; nil where its records name them.
    package func metrics(of stream: String) -> [MetricName]? {
        if case .fields(let fields)? = streams[stream]?.shape.metrics { Array(fields.keys) } else { nil }
    }

    /// What the next line comes to; nil when more bytes are needed, or at the end.
    /// - Throws: `FileError`, `StreamRefusal`.
    package mutating func next() throws -> SingerEvent? {
        while let line = try lines.next() {
            let message: SingerMessage
            do throws(SingerError) {
                message = try SingerMessage(line)
            } catch {
                switch error {
                case .notJSON, .missing: return quarantined("", error.description, line)
                case .noType, .unknownType: throw StreamRefusal.line(lines.line, error.description)
                }
            }
            switch message {
            case .schema(let stream, let keys, let properties): try begin(stream, keys, properties)
            case .record(let stream, let fields, let version):
                recordCount += 1
                if let event = try read(stream, fields, version, line) { return event }
            case .state(let value): return .state(value)
            case .activateVersion(let stream, let version):
                if let known = streams[stream], known.shape.isReplaced, known.version == version { return .replaced(stream: stream) }
            case .batch(let stream): throw StreamRefusal.batch(stream)
            }
        }
        return nil
    }

    private mutating func begin(_ stream: String, _ keys: [String], _ properties: Set<String>?) throws {
        let rule = map.streams[stream]
        if rule == .skip(nil) { return skip(stream, nil) }
        guard let properties else {
            if isLenient, rule == nil { return skip(stream, "not in the map") }
            throw StreamRefusal.noProperties(stream)
        }
        switch rule ?? KnownTaps.rule(stream: stream, keys: keys, properties: properties, currency: options.currency) {
        case nil where isLenient: skip(stream, "not in the map")
        case nil: throw StreamRefusal.unknownStream(stream, fields: properties.sorted())
        case .skip(let reason): skip(stream, reason)
        case .take(var shape):
            let others = keys.filter { !shape.keys.contains($0) }
            if !others.isEmpty { throw StreamRefusal.unmappedKey(stream, fields: others) }
            shape.source = options.source ?? shape.source
            if shape.source == nil { throw StreamRefusal.noSource(stream) }
            streams[stream] = Stream(shape: shape, version: streams[stream]?.version)
        }
    }

    private mutating func skip(_ stream: String, _ reason: String?) {
        if skipped[stream] == nil { skipped[stream] = (reason, 0) }
    }

    private mutating func read(_ stream: String, _ fields: [String: JSON], _ version: Int?, _ line: [UInt8]) throws -> SingerEvent? {
        if skipped[stream] != nil {
            skipped[stream]?.records += 1
            return nil
        }
        guard let known = streams[stream] else { return quarantined(stream, "its stream has sent no SCHEMA", line) }
        if let version { streams[stream]?.version = max(version, known.version ?? version) }
        do throws(BadRecord) {
            return .points(stream: stream, try known.shape.points(fields, line: lines.line))
        } catch {
            return quarantined(stream, error.reason, line)
        }
    }

    private func quarantined(_ stream: String, _ reason: String, _ line: [UInt8]) -> SingerEvent {
        .quarantined(stream: stream, line: lines.line, reason: reason, record: String(decoding: line, as: UTF8.self))
    }
}
