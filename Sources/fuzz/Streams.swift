// A tap's output, read with a map of a few streams.
import Connectors
import Domain

enum Streams {
    static func run(_ input: Input) {
        var choices = input.options
        let isLenient = choices.one(of: [false, true])
        let map = choices.one(of: [map, .none])
        let options = TableOptions(currency: choices.one(of: [nil, "EUR"]), source: choices.one(of: [nil, "ga4"]))
        let whole = read([input.body], map, options, isLenient)
        requireSame(whole, read(input.pieces(of: input.body), map, options, isLenient), "a stream")
        whole.checkStates(in: input.body)
    }

    private static let map: StreamMap = {
        let text = """
            streams:
              days: {source: ga4, date: date, metrics: {sessions: visits, ad_spend.EUR: cost}, versions: replace}
              long: {source: ga4, account: [a, b], date: date, metric: name, value: value}
              once: {source: ga4, day: 2026-01-31, metrics: {users: users}, account: id}
              other: skip
            """
        do throws(StreamMapError) { return try StreamMap(reading: text) } catch { fatalError(error.description) }
    }()

    struct Outcome: Equatable {
        var events: [String] = []
        var points: [Set<SourcedPoint>] = []
        var states: [[UInt8]] = []
        var stateLines: [Int] = []
        var skipped: [String] = []
        var records = 0
        var refusal: String?

        /// A state goes out as it came in: it is JSON, on one line, and the value that a reader of JSON finds there.
        func checkStates(in body: [UInt8]) {
            guard !states.isEmpty else { return }
            let lines = body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            for (state, line) in zip(states, stateLines) {
                do throws(JSONError) {
                    let value = try JSON(reading: state)
                    let bytes = Array(lines[line - 1])
                    // Of several of one name readers take either, and an escape may hide one.
                    guard bytes.count(of: "value") == 1, !bytes.contains(UInt8(ascii: "\\")) else { continue }
                    let message = try JSON(reading: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes)
                    require(message["value"] == value, "the state \(value) was \(message)")
                } catch {
                    fatalError("PROPERTY: a state that is no JSON: \(String(decoding: state, as: UTF8.self))")
                }
            }
        }
    }

    static func read(_ chunks: [[UInt8]], _ map: StreamMap, _ options: TableOptions, _ isLenient: Bool) -> Outcome {
        var reader = SingerReader(map, options: options, isLenient: isLenient)
        var outcome = Outcome()
        func drain() throws {
            while let event = try reader.next() {
                switch event {
                case .points(let stream, let points):
                    for point in points { point.check() }
                    outcome.events.append("points \(stream) \(reader.isReplaced(stream)) \(reader.metrics(of: stream)?.count ?? -1)")
                    // A record's fields have no order.
                    outcome.points.append(Set(points))
                case .quarantined(let stream, let line, let reason, let record):
                    require(line == reader.line, "quarantined on line \(line)")
                    outcome.events.append("quarantined \(stream) \(line) \(reason) \(record)")
                case .state(let bytes):
                    outcome.states.append(bytes)
                    outcome.stateLines.append(reader.line)
                case .replaced(let stream): outcome.events.append("replaced \(stream)")
                }
            }
        }
        do {
            for chunk in chunks {
                reader.feed(chunk)
                try drain()
            }
            reader.finish()
            try drain()
        } catch {
            outcome.refusal = "\(error)"
        }
        outcome.skipped = reader.skipped.map { "\($0) \($1)" }.sorted()
        outcome.records = reader.recordCount
        return outcome
    }
}

extension [UInt8] {
    fileprivate func count(of word: String) -> Int {
        let word = Array(word.utf8)
        return indices.count { self[$0...].starts(with: word) }
    }
}
