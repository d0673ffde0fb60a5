// The brief's service and ours, request by request. Tests/reference/record.py recorded what the first one answers.
import NIOHTTP1
import TestSupport
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite(.timeLimit(.minutes(10))) struct ReferenceAnswersTests {
    struct Recorded: Decodable {
        struct Answer: Decodable {
            let status: Int
            let body: Body
            let headers: [String: String]
        }

        let name: String
        let method: String
        let path: String
        let headers: [String: String]
        let answer: Answer
    }

    /// A body of the brief's routes: flat, save for the list in a 422.
    enum Body: Decodable, Equatable {
        case text(String)
        case fields([String: Value])

        init(from decoder: any Decoder) throws {
            do {
                self = .fields(try [String: Value](from: decoder))
            } catch is DecodingError {
                self = .text(try String(from: decoder))
            }
        }
    }

    enum Value: Decodable, Equatable {
        case bool(Bool)
        case number(Decimal)
        case text(String)
        case list

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let value = try? container.decode(Bool.self) {
                self = .bool(value)
            } else if let value = try? container.decode(Decimal.self) {
                self = .number(value)
            } else if let value = try? container.decode(String.self) {
                self = .text(value)
            } else {
                self = .list
            }
        }
    }

    /// What differs on purpose: a header that would be unsafe, or that means nothing without its fellow.
    /// Blanks at the end of a header are not part of it (RFC 9110, 5.5), so that `Bearer ` is `Bearer`: no token at all.
    private static let sentAsBearerAlone = "seed with an empty token"
    private static let unsafeForStrangers: Set<String> = ["a page of another origin", "preflight of another origin"]

    @Test func oursAnswersAsTheReferenceDoes() async throws {
        let file = URL(fileURLWithPath: TestStack.checkout + "/Tests/reference/answers.json")
        let table = try JSONDecoder().decode([Recorded].self, from: Data(contentsOf: file))
        #expect(table.count > 30)
        try await TestDatabase.with { test in
            let settings = test.settings(["ALLOW_ORIGINS": "https://app.example.com, https://www.example.com"])
            _ = try await RunningBinary.serving(settings) { client in
                for row in table where row.name != Self.sentAsBearerAlone {
                    let headers = row.headers.mapValues { $0.replacing("KEY", with: TestDatabase.serviceKey) }
                    compare(try await client.send(row.method, row.path, headers), row)
                }
            }
        }
    }

    private func compare(_ answer: Client.Answer, _ row: Recorded) {
        #expect(answer.status == row.answer.status, "\(row.name)")
        if row.method != "HEAD" { compareBody(answer.body, row) }
        if !Self.unsafeForStrangers.contains(row.name) {
            for (name, value) in row.answer.headers { #expect(answer.headers.first(name: name) == value, "\(row.name): \(name)") }
        } else {
            #expect(answer.headers.first(name: "access-control-allow-origin") == nil)
            #expect(answer.headers.first(name: "access-control-allow-credentials") == nil)
        }
    }

    private func compareBody(_ text: String, _ row: Recorded) {
        guard case .fields(let expected) = row.answer.body else {
            #expect(Body.text(text) == row.answer.body, "\(row.name)")
            return
        }
        guard let found = decode(text) else {
            Issue.record("\(row.name): \(text)")
            return
        }
        for (field, value) in expected {
            // FastAPI has a list in the detail of a 422; ours is a text, and the list is in `errors`.
            if value == .list {
                #expect(found["errors"] == .list, "\(row.name)")
            } else {
                #expect(found[field] == value, "\(row.name)")
            }
        }
    }

    private func decode(_ text: String) -> [String: Value]? {
        do {
            return try JSONDecoder().decode([String: Value].self, from: Data(text.utf8))
        } catch {
            return nil
        }
    }
}
