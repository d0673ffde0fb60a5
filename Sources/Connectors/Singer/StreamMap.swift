// Which stream and which of its fields make points: what `--map-file` says.
import Domain

/// A map file, read.
package struct StreamMap: Sendable {
    package static let none = StreamMap(streams: [:])

    let streams: [String: StreamRule]
}

/// What becomes of a stream.
enum StreamRule: Sendable, Equatable {
    /// Its records are passed over on purpose; the reason, where there is one to tell.
    case skip(String?)
    case take(StreamShape)
}

/// How the records of a stream make points.
struct StreamShape: Sendable, Equatable {
    enum Metrics: Sendable, Equatable {
        /// A field per metric.
        case fields([MetricName: String])
        /// A field with the metric's name, and one with its value.
        case named(name: String, value: String)
    }

    enum Date: Sendable, Equatable {
        /// The day, or a moment whose date part counts.
        case field(String)
        /// The moment, in UTC, at which a day ended, as Instagram has it.
        case end(String)
        /// Of a stream whose records have none.
        case constant(Day)
    }

    var source: SourceName?
    /// Fields whose values, joined by `/`, are the account.
    var account: [String] = []
    var date: Date
    var metrics: Metrics
    /// Whether a new version of the stream withdraws what it has not.
    var isReplaced = false
    /// Names as the tap has them, and ours.
    var names: [String: MetricName] = [:]
    /// Fields of the key that say nothing more.
    var impliedKeys: Set<String> = []
    /// Whether the account is what stands before the first `/` of its field.
    var accountIsPrefix = false

    /// The fields that identify a point.
    var keys: Set<String> {
        var keys = impliedKeys.union(account)
        switch date {
        case .field(let name), .end(let name): keys.insert(name)
        case .constant: break
        }
        if case .named(let name, _) = metrics { keys.insert(name) }
        return keys
    }
}
