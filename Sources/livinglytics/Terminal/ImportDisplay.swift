// How far an import is: count, rate and time left, on standard error.
import Ingest

/// Shows progress while it is there, where somebody watches: a line that is written over ten times a second.
final class ImportDisplay {
    private let line: ProgressLine
    private let ticks: Task<Void, Never>?

    /// - Parameter total: bytes of the file, where they are known.
    init(_ progress: ImportProgress, total: Int?) {
        let line = ProgressLine(progress: progress, total: total)
        self.line = line
        ticks = Terminal.isWatched ? Task { await line.tick() } : nil
    }

    func end() {
        ticks?.cancel()
        if Terminal.isWatched { Terminal.overwrite("") }
    }

    func finish(points: Int) {
        end()
        Terminal.note("\(points) points in \(line.seconds.shown) s (\(line.rate(points)) points/s)")
    }
}

private struct ProgressLine: Sendable {
    let progress: ImportProgress
    let total: Int?
    let start = ContinuousClock.now

    func tick() async {
        while !Task.isCancelled {
            Terminal.overwrite(text)
            // Cancelled: the loop ends.
            do { try await Task.sleep(for: .milliseconds(100)) } catch {}
        }
    }

    private var text: String {
        let now = progress.now
        let read = "\(now.rows) rows read, \(rate(now.rows)) rows/s; \(now.points) points sent"
        guard let total, now.bytes > 0, total > now.bytes else { return read }
        return read + "; \((seconds * Double(total - now.bytes) / Double(now.bytes)).shown) s left"
    }

    func rate(_ count: Int) -> Int { Int(Double(count) / max(seconds, 0.001)) }

    var seconds: Double {
        let parts = (ContinuousClock.now - start).components
        return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
    }
}

extension Double {
    /// With one decimal.
    fileprivate var shown: String {
        let tenths = Int((self * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
