// What `make run` shows at first: real sessions, moved to end yesterday, and a few made-up numbers that say so.
import Connectors
package import Domain
import Ingest
package import Storage

/// The demo user and his numbers.
///
/// The sessions are those of agriculture.usa.gov sites in Google Analytics 4, 2023-10-07 to 2024-01-04, published by analytics.usa.gov
/// (18F, CC0), moved by whole weeks so that weekdays stay weekdays, and cut off after yesterday. One day is left out, and one was first
/// posted with a figure of ours and then with the real one, as providers do.
package struct Demo: Sendable {
    package static let email = "demo@livinglytics.app"

    private let users: Users
    private let ledger: Ledger

    package init(_ database: Database) {
        (users, ledger) = (Users(database), Ledger(database))
    }

    /// Posts the demo, unless its user has entries already: then it stays as it was, and so does what its owner did with it.
    /// - Returns: whether it was posted now.
    package func seed(yesterday: Day) async throws -> Bool {
        _ = try await users.add(email: Self.email)
        guard let known = try await users.erasable(email: Self.email), known.entries == 0,
            let user = try await users.find(email: Self.email)
        else { return false }
        let sessions = try DemoSessions(yesterday: yesterday)
        try await post(sessions.points, user, source: "ga4", account: DemoSessions.account, label: sessions.label)
        try await post([sessions.preliminary], user, source: "ga4", account: DemoSessions.account, label: "made up: a preliminary figure")
        try await post([sessions.final], user, source: "ga4", account: DemoSessions.account, label: sessions.label)
        let madeUp = DemoMadeUp(days: sessions.days)
        try await post(madeUp.conversions, user, source: "ga4", account: DemoMadeUp.account, label: DemoMadeUp.label)
        try await post(madeUp.instagram, user, source: "instagram", account: DemoMadeUp.account, label: DemoMadeUp.label)
        return true
    }

    /// The restated day of the real sessions; nil when its owner has removed it.
    package func restatement() async throws -> Restatement? {
        guard let user = try await users.find(email: Self.email) else { return nil }
        return try await ledger.lastRestatement(of: try Self.account(user, "ga4", DemoSessions.account))
    }

    private func post(_ points: [PostedPoint], _ user: User, source: String, account: String, label: String) async throws {
        let account = try Self.account(user, source, account)
        let provenance = Provenance(name: label, meta: ["demo": .string(label)])
        var rest = points[...]
        _ = try await ledger.post(to: account, from: provenance) { rest.popFirst() }
    }

    private static func account(_ user: User, _ source: String, _ ref: String) throws -> Account {
        Account(user: user.id, source: try SourceName(source), ref: try AccountRef(ref))
    }
}
