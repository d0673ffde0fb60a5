// What is served is what is described, and neither more nor less.
import Identity
import Storage
import Testing

@testable import Web

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct RoutesTests {
    private struct Document: Decodable {
        let paths: [String: [String: Operation]]

        struct Operation: Decodable {
            let security: [[String: [String]]]?
        }
    }

    private func routes() -> [Route] {
        let none = Readiness(settings: [], databaseAnswers: { false })
        return Health.routes(none) + Documentation.routes(appName: "x", version: "1")
    }

    @Test func everyRouteIsDescribedAndEveryDescriptionServed() throws {
        let text = try #require(EmbeddedFiles.all.first { $0.name == "openapi.json" }).text
        let document = try JSONDecoder().decode(Document.self, from: Data(text.utf8))
        let described = Set(document.paths.flatMap { path, operations in operations.keys.map { "\($0.uppercased()) \(path)" } })
        let ofData = [
            "POST /v1/dev/seed-user", "GET /v1/dashboard/tiles", "POST /v1/query", "GET /v1/metadata", "PUT /v1/metadata/{name}",
            "POST /v1/imports", "GET /v1/imports", "GET /v1/imports/{id}", "POST /v1/imports/{id}/undo", "GET /v1/entries",
            "POST /v1/entries",
            "GET /v1/revisions", "GET /v1/export",
        ]
        let served = Set(routes().map { "\($0.method) \($0.path)" } + ofData).subtracting(["GET /"])
        #expect(described == served)
        for operation in ofData {
            let parts = operation.split(separator: " ")
            let security = document.paths[String(parts[1])]?[parts[0].lowercased()]?.security
            #expect(security?.isEmpty == false, "\(operation) asks for the service key")
        }
    }

    @Test func thePagesPolicyAllowsItsOwnScriptAlone() {
        let policy = Documentation.contentSecurityPolicy(of: "<style>a</style><script>b</script>")
        // printf b | openssl dgst -sha256 -binary | base64
        #expect(policy.contains("script-src 'sha256-PiPoFgA5WUoziU9lZOGxNIu9egCI1CxKy3PurtWcAJ0='"))
        #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe"))
    }
}
