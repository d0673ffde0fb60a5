// How long to wait between attempts to connect.

/// Doubles with every failure, up to a limit, and is spread so that many clients do not come back in the same moment.
struct Backoff {
    /// No attempt before this.
    private(set) var notBefore: ContinuousClock.Instant?
    private var failures = 0

    func allows(_ now: ContinuousClock.Instant) -> Bool { notBefore.map { $0 <= now } ?? true }

    mutating func reset() {
        (notBefore, failures) = (nil, 0)
    }

    /// - Parameter answered: somebody is there and says no, and is not helped by haste: up to 5 s. Otherwise nobody is there: a pooler
    ///   that restarts is back within seconds, and then everybody waits for us: up to 500 ms.
    mutating func failed(answered: Bool, now: ContinuousClock.Instant, random: inout some RandomNumberGenerator) {
        let longest = answered ? min(5000, 100 << min(failures, 6)) : min(500, 10 << min(failures, 6))
        failures += 1
        notBefore = now + .milliseconds(Int.random(in: longest / 2...longest, using: &random))
    }
}
