// The log: a line on standard error for each event.
import Logging

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Lines as swift-log's own handler writes them. That one puts metadata into words when they are set, which Hummingbird does for every
/// request whether or not a line follows: a twentieth of the server's time.
struct StandardErrorLog: LogHandler {
    let label: String
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata.merging(event.metadata ?? [:]) { $1 }
        if let error = event.error { all["error"] = "\(error)" }
        let pairs = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        Terminal.note("\(Date.now.formatted(.iso8601)) \(event.level) \(label):\(pairs) [\(event.source)] \(event.message)")
    }
}
