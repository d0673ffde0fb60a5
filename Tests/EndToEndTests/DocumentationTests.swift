// The API's description, checked by a validator written elsewhere, and its page, in a real browser.
import Storage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct DocumentationTests {
    private static let python = TestStack.checkout + "/.venv/bin/python"

    @Test func theDescriptionIsValidAndNamesTheApp() async throws {
        try await TestDatabase.with { test in
            _ = try await RunningBinary.serving(test.settings(["APP_NAME": "Numbers \"R\" Us"])) { client in
                let document = try await client.get("/openapi.json")
                #expect(document.status == 200)
                #expect(document.body.contains(#""title": "Numbers \"R\" Us""#))
                let validated = try await Shell.run(
                    "curl -s \(client.base)/openapi.json | \(Self.python) -m openapi_spec_validator -",
                    in: "/"
                )
                #expect(validated.status == 0, "\(validated.output)")
            }
        }
    }

    @Test func answersAreAsDescribed() async throws {
        try await TestDatabase.with { test in
            _ = try await RunningBinary.serving(test.settings()) { client in
                let checked = try await Shell.run(
                    "\(Self.python) -B \(TestStack.checkout)/Tests/openapi/answers.py \(client.base) \(TestDatabase.serviceKey)",
                    in: "/"
                )
                #expect(checked.status == 0, "\(checked.output)")
            }
        }
    }

    @Test func thePageWorksInARealBrowser() async throws {
        try await TestDatabase.with { test in
            _ = try await Users(test.database).add(email: "demo@livinglytics.app")
            _ = try await RunningBinary.serving(test.settings()) { client in
                let checked = try await Shell.run(
                    "\(Self.python) -B \(TestStack.checkout)/Tests/browser/docs_page.py \(client.base) \(TestDatabase.serviceKey)",
                    in: "/"
                )
                #expect(checked.status == 0, "\(checked.output)")
            }
        }
    }

    @Test func theRootLeadsToIt() async throws {
        try await TestDatabase.with { test in
            _ = try await RunningBinary.serving(test.settings()) { client in
                let page = try await Shell.run("curl -sL \(client.base)/", in: "/")
                #expect(page.output.contains("<!doctype html>"))
            }
        }
    }
}
