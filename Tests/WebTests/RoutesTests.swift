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

    @Test func everyRouteIsDescribedAndEveryDescriptionServed() throws {
        let text = try #require(EmbeddedFiles.all.first { $0.name == "openapi.json" }).text
        let document = try JSONDecoder().decode(Document.self, from: Data(text.utf8))
        let described = Set(document.paths.flatMap { path, operations in operations.keys.map { "\($0.uppercased()) \(path)" } })
        // What is served is what the table lists: a route that is not in it ends the server at its start.
        #expect(described == Set(Authorisation.table.keys).subtracting(["GET /"]))
        for (route, access) in Authorisation.table where route != "GET /" {
            let parts = route.split(separator: " ")
            let security = document.paths[String(parts[1])]?[parts[0].lowercased()]?.security
            #expect((security?.isEmpty == false) == (access != .open), "\(route) asks for a credential")
        }
    }

    @Test func thePagesPolicyAllowsItsOwnScriptAlone() {
        let policy = Documentation.contentSecurityPolicy(of: "<style>a</style><script>b</script>")
        // printf b | openssl dgst -sha256 -binary | base64
        #expect(policy.contains("script-src 'sha256-PiPoFgA5WUoziU9lZOGxNIu9egCI1CxKy3PurtWcAJ0='"))
        #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe"))
    }
}
