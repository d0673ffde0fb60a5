// What holds for all that is accepted.
import Connectors
import Domain

/// Ends the process, for libFuzzer to keep the input.
func require(_ condition: Bool, _ words: @autoclosure () -> String) {
    if !condition { fatalError("PROPERTY: \(words())") }
}

/// Whole and in pieces there is one outcome.
func requireSame<Outcome: Equatable>(_ whole: Outcome, _ inPieces: Outcome, _ words: String) {
    require(whole == inPieces, "\(words): whole and in pieces differ\n  whole: \(whole)\n  pieces: \(inPieces)")
}

extension SourcedPoint {
    func check() {
        point.check()
        do {
            if let source { require(try SourceName(source.text) == source, "a source: \(source)") }
            if let account { require(try AccountRef(account.text) == account, "an account: \(account)") }
        } catch {
            fatalError("PROPERTY: a name that is none: \(error)")
        }
    }
}

extension DailyPoint {
    func check() {
        require(Day(iso: "\(day)") == day, "\(day) is read as another day")
        require(value.isCanonical && ExactDecimal(value.text) == value, "\(value) is not canonical")
        require(line > 0, "a point is on line \(line)")
        do { require(try MetricName(metric.text) == metric, "a metric: \(metric)") } catch { fatalError("PROPERTY: \(error)") }
    }
}

extension ExactDecimal {
    /// Digits with no superfluous zero, at most one point with a digit behind it, and a minus only where there is something to negate.
    fileprivate var isCanonical: Bool {
        let digits = isNegative ? text.utf8.dropFirst() : text.utf8[...]
        let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let zero = UInt8(ascii: "0")
        guard let whole = parts.first, parts.count <= 2, !whole.isEmpty, whole.count == 1 || whole.first != zero else { return false }
        if parts.count == 2, parts[1].isEmpty || parts[1].last == zero { return false }
        return parts.joined().allSatisfy { (zero...UInt8(ascii: "9")).contains($0) } && text != "-0"
    }
}
