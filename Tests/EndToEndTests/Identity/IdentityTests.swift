// Who may what, in a running server: the harnesses of Tests/identity, which know nothing of its code.
import TestSupport
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite(.timeLimit(.minutes(20))) struct IdentityTests {
    /// Runs a harness against a server of its own with a stand-in for Supabase Auth.
    /// - Parameter more: what it gets after the server's address, the service key and the stand-in's address.
    private func harness(
        _ file: String,
        settings: [String: String?] = [:],
        _ more: @escaping @Sendable (TestDatabase) throws -> String = { _ in "" }
    ) async throws {
        try await TestDatabase.with(bound: 8) { test in
            try await SupabaseStandIn.with { supabase in
                let settings = test.settings(settings.merging(["SUPABASE_URL": supabase]) { $1 })
                let ended = try await RunningBinary.serving(settings) { client in
                    let outcome = try await Shell.run(
                        "\(SupabaseStandIn.python) -B \(file) \(client.base) \(TestDatabase.serviceKey) \(supabase) \(try more(test))",
                        in: TestStack.checkout + "/Tests",
                        environment: settings.merging(["SUITE_LOG": SuiteLog.directory]) { $1 }
                    )
                    #expect(outcome.status == 0, "\(outcome.output)")
                }
                // Whatever was sent to it, it went on, and it stopped when told.
                #expect(ended.status == 0)
                // What the stand-in does when it is told to be down is no fault of ours.
                let faults = ended.log.split(separator: "\n").filter { $0.contains("a request failed") && !$0.contains("Supabase Auth:") }
                #expect(faults.isEmpty, "\(faults)")
            }
        }
    }

    private static func cli(_ test: TestDatabase) throws -> String { "--cli \(try Binary.path)" }

    @Test func everyRouteWithEveryCredential() async throws {
        try await harness("identity/access.py", Self.cli)
    }

    @Test func whatPeopleKeysAndSessionsLiveThrough() async throws {
        try await harness("identity/sessions.py", settings: ["TRUSTED_PROXIES": "127.0.0.9"]) { "\(try Self.cli($0)) --proxy 127.0.0.9" }
    }

    @Test func nobodyHoldsAConnectionForEver() async throws {
        try await harness("identity/limits.py")
    }

    @Test func nobodyGetsAnythingOfAnotherTenant() async throws {
        try await harness("identity/crossing.py", Self.cli)
    }

    @Test func injectionsHaveNoEffect() async throws {
        try await harness("identity/injections.py")
    }

    /// A minute, or SCHEMATHESIS_SECONDS.
    @Test func theDescriptionHoldsForEveryCredential() async throws {
        let seconds = ProcessInfo.processInfo.environment["SCHEMATHESIS_SECONDS"] ?? "64"
        try await harness("openapi/every_credential.py", settings: ["TRUSTED_PROXIES": "127.0.0.1"]) {
            "\(try Self.cli($0)) --seconds \(seconds)"
        }
    }

    @Test(arguments: [nil, "a-secret-of-the-tests-that-is-long-enough"] as [String?])
    func forgedTokensAreRefused(_ secret: String?) async throws {
        try await harness("identity/forged.py", settings: ["SUPABASE_JWT_SECRET": secret]) { _ in secret ?? "" }
    }

    @Test(arguments: ["on", "off"])
    func doctorSaysWhetherAddressesAreConfirmed(_ confirmation: String) async throws {
        try await TestDatabase.with { test in
            try await SupabaseStandIn.with(["--confirm", confirmation]) { supabase in
                let outcome = try await Binary.run(["doctor"], environment: test.settings(["SUPABASE_URL": supabase]))
                let line = try #require((outcome.output + outcome.error).split(separator: "\n").first { $0.contains("sign-up") })
                #expect(
                    line.contains(confirmation == "on" ? "✓ sign-up: Supabase Auth confirms" : "! sign-up: Supabase Auth does not confirm")
                )
            }
        }
    }

    @Test(arguments: ["on", "off"])
    func supabasesOwnClientTakesTheStandInForSupabase(_ confirmation: String) async throws {
        try await SupabaseStandIn.with(["--confirm", confirmation]) { supabase in
            let outcome = try await Shell.run(
                "\(SupabaseStandIn.python) -B \(TestStack.checkout)/Tests/identity/official_client.py \(supabase)",
                in: "/"
            )
            #expect(outcome.status == 0, "\(outcome.output)")
        }
    }
}
