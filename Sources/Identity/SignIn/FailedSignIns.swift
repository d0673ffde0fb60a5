// Whoever guesses is slowed down: failed sign-ins are counted by where they come from.
import Synchronization

/// Counts of one server. An attempt counts from its beginning, so that many at once are no way around it; one that goes well is taken back.
package final class FailedSignIns: Sendable {
    package static let most = 10
    package static let span: Duration = .seconds(600)
    /// Addresses that are kept in mind. When there are more, those without a recent failure go; then all.
    private static let capacity = 100_000

    /// An attempt that counts as failed until it is taken back.
    package struct Attempt: Sendable {
        fileprivate let address: String
        fileprivate let at: ContinuousClock.Instant
    }

    private let attempts = Mutex<[String: [ContinuousClock.Instant]]>([:])
    private let now: @Sendable () -> ContinuousClock.Instant

    package init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.now = now
    }

    /// - Throws: `TooManyAttempts`.
    package func begin(from address: String) throws(TooManyAttempts) -> Attempt {
        let now = now()
        let outcome = attempts.withLock { attempts -> Result<Attempt, TooManyAttempts> in
            let recent = (attempts[address] ?? []).filter { now < $0 + Self.span }
            if recent.count >= Self.most { return .failure(TooManyAttempts(retryAfter: recent[0] + Self.span - now)) }
            if attempts.count >= Self.capacity { Self.forgetOld(&attempts, now) }
            attempts[address] = recent + [now]
            return .success(Attempt(address: address, at: now))
        }
        return try outcome.get()
    }

    /// It went well, or could not be tried.
    package func takeBack(_ attempt: Attempt) {
        attempts.withLock { attempts in
            guard let index = attempts[attempt.address]?.firstIndex(of: attempt.at) else { return }
            attempts[attempt.address]?.remove(at: index)
            if attempts[attempt.address]?.isEmpty == true { attempts[attempt.address] = nil }
        }
    }

    private static func forgetOld(_ attempts: inout [String: [ContinuousClock.Instant]], _ now: ContinuousClock.Instant) {
        attempts = attempts.filter { $0.value.contains { now < $0 + span } }
        if attempts.count >= capacity { attempts.removeAll() }
    }
}

package struct TooManyAttempts: Error, Sendable {
    package let retryAfter: Duration
}
