// How far an import is: count, rate and time left, on standard error.
import Ingest
import Synchronization

final class ImportProgress: Sendable {
    private let total: Int?
    private let start = ContinuousClock.now
    private let lastShown = Mutex<ContinuousClock.Instant?>(nil)

    /// - Parameter total: bytes of the file, where they are known.
    init(total: Int?) {
        self.total = total
    }

    /// A line that is written over, at most ten times a second, and only where somebody watches.
    func show(_ progress: Importer.Progress) {
        guard Terminal.isWatched, isDue() else { return }
        Terminal.overwrite(line(progress))
    }

    func finish(points: Int) {
        if Terminal.isWatched { Terminal.overwrite("") }
        Terminal.note("\(points) points in \(seconds.shown) s (\(rate(points)) points/s)")
    }

    private func line(_ progress: Importer.Progress) -> String {
        switch progress {
        case .reading(let bytes, let rows):
            "reading: \(rows) rows, \(rate(rows)) rows/s" + left(done: bytes, of: total)
        case .posting(let points, let count):
            "posting: \(points) of \(count) points, \(rate(points)) points/s" + left(done: points, of: count)
        }
    }

    private func left(done: Int, of total: Int?) -> String {
        guard let total, done > 0, total >= done else { return "" }
        return ", \((seconds * Double(total - done) / Double(done)).shown) s left"
    }

    private func rate(_ count: Int) -> Int { Int(Double(count) / max(seconds, 0.001)) }

    private var seconds: Double {
        let parts = (ContinuousClock.now - start).components
        return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
    }

    private func isDue() -> Bool {
        lastShown.withLock { last in
            let now = ContinuousClock.now
            if let shown = last, now - shown < .milliseconds(100) { return false }
            last = now
            return true
        }
    }
}

extension Double {
    /// With one decimal.
    fileprivate var shown: String {
        let tenths = Int((self * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
