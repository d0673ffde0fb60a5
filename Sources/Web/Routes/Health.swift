// Whether the process lives, and whether it can serve.
import Domain
import Hummingbird
import Identity

/// What readiness looks at. All of it must hold.
package struct Readiness: Sendable {
    /// Settings that `serve` requires, by the names under which the answer lists them.
    package let settings: [(name: String, isSet: Bool)]
    /// Really asks the database, and gives up within a second or two.
    package let databaseAnswers: @Sendable () async -> Bool

    package init(settings: [(name: String, isSet: Bool)], databaseAnswers: @escaping @Sendable () async -> Bool) {
        (self.settings, self.databaseAnswers) = (settings, databaseAnswers)
    }
}

enum Health {
    static func routes(_ readiness: Readiness) -> [Route] {
        [
            .get("/v1/health/liveness") { _, _ in .json(["status": "ok"]) },
            .get("/v1/health/readiness") { _, _ in
                let checks = readiness.settings + [("database", await readiness.databaseAnswers())]
                let isReady = checks.allSatisfy(\.1)
                let members = checks.map { JSON.Member($0.0, .bool($0.1)) }
                return .json(["ready": .bool(isReady), "checks": .object(members)], status: isReady ? .ok : .serviceUnavailable)
            },
        ]
    }
}
