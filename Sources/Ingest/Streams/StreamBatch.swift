// What was read of a tap, and is not posted yet.
import Connectors
import Domain
import Storage

/// Points by stream, each once: of several records of one point the last counts.
struct StreamBatch {
    private var points: [String: [PostedPointKey: PostedPoint]] = [:]
    private(set) var count = 0
    var quarantined: [QuarantinedRecord] = []

    var isEmpty: Bool { count == 0 && quarantined.isEmpty }

    /// In the order of their names, which is the same for all.
    var streams: [(stream: String, points: [AccountPoint])] {
        points.sorted { $0.key < $1.key }.map { stream, points in
            (stream, points.map { AccountPoint(account: $0.account, point: $1) })
        }
    }

    /// - Throws: `StreamRefusal` where two streams give one point two values: none of them can be believed.
    mutating func add(_ read: [SourcedPoint], of stream: String, to account: AccountRef) throws(StreamRefusal) {
        for sourced in read {
            guard let key = PostedPointKey(sourced, account) else { continue }
            let point = PostedPoint(sourced.point)
            for (other, points) in points where other != stream {
                guard let before = points[key], before.value != point.value else { continue }
                throw .contradiction(stream, other, "\(key.metric) of \(key.account) on \(key.day)", line: sourced.point.line)
            }
            if points[stream, default: [:]].updateValue(point, forKey: key) == nil { count += 1 }
        }
    }
}

/// The points that came with the version of a stream that is under way, of streams that a new version replaces.
struct StreamVersions {
    private var seen: [String: Set<PostedPointKey>] = [:]
    private var bad: Set<String> = []

    var areClosed: Bool { seen.isEmpty }

    mutating func note(_ points: [SourcedPoint], of stream: String, to account: AccountRef) {
        seen[stream, default: []].formUnion(points.compactMap { PostedPointKey($0, account) })
    }

    mutating func noteBadRecord(of stream: String) { bad.insert(stream) }

    func hasBadRecords(_ stream: String) -> Bool { bad.contains(stream) }

    func points(of stream: String) -> Set<PostedPointKey> { seen[stream] ?? [] }

    mutating func close(_ stream: String) {
        seen[stream] = nil
        bad.remove(stream)
    }
}

extension PostedPointKey {
    /// Nil for a point without a source, which no stream has.
    init?(_ sourced: SourcedPoint, _ account: AccountRef) {
        guard let source = sourced.source else { return nil }
        self.init(
            account: SourceAccount(source: source, ref: sourced.account ?? account),
            metric: sourced.point.metric,
            day: sourced.point.day
        )
    }
}
