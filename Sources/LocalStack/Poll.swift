// Asks again and again, for what other processes do not announce: a server that is ready, a stranger that has ended.

enum Poll {
    /// Asks until the answer is not nil, with pauses that grow from 10 ms to 200 ms.
    ///
    /// - Returns: nil when the limit passed.
    static func until<Answer>(within limit: Duration, _ ask: () async throws -> Answer?) async throws -> Answer? {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        var pause = Duration.milliseconds(10)
        while true {
            if let answer = try await ask() { return answer }
            guard clock.now < deadline else { return nil }
            try await clock.sleep(for: pause)
            pause = min(pause * 3 / 2, .milliseconds(200))
        }
    }
}
