// The API's description and the page to read and try it.
import Crypto
import Domain
import HTTPTypes
import Hummingbird
import Identity
import NIOCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

enum Documentation {
    static func routes(appName: String, version: String) -> [Route] {
        let document = file("openapi.json")
            .replacing("\"__APP_NAME__\"", with: "\(JSON.string(appName))")
            .replacing("\"__VERSION__\"", with: "\(JSON.string(version))")
        let page = file("docs.html")
        let policy = contentSecurityPolicy(of: page)
        return [
            .get("/openapi.json") { _, _ in
                Response(status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(string: document)))
            },
            .get("/docs") { _, _ in
                Response(
                    status: .ok,
                    headers: [
                        .contentType: "text/html; charset=utf-8",
                        .contentSecurityPolicy: policy, .referrerPolicy: "no-referrer",
                    ],
                    body: .init(byteBuffer: ByteBuffer(string: page))
                )
            },
            .get("/") { _, _ in Response(status: .temporaryRedirect, headers: [.location: "/docs"]) },
        ]
    }

    private static func file(_ name: String) -> String {
        guard let file = EmbeddedFiles.all.first(where: { $0.name == name }) else { preconditionFailure("\(name) is not embedded") }
        return file.text
    }

    /// Only the style and the script that stand in the page may take effect, and only this server may be asked.
    static func contentSecurityPolicy(of page: String) -> String {
        """
        default-src 'none'; connect-src 'self'; img-src 'self' data:; style-src \(hash(of: "style", in: page)); \
        script-src \(hash(of: "script", in: page)); base-uri 'none'; form-action 'none'; frame-ancestors 'none'
        """
    }

    private static func hash(of element: String, in page: String) -> String {
        guard let start = page.firstRange(of: "<\(element)>")?.upperBound,
            let end = page[start...].firstRange(of: "</\(element)>")?.lowerBound
        else { preconditionFailure("the page has no <\(element)>") }
        return "'sha256-\(Data(SHA256.hash(data: Array(page[start..<end].utf8))).base64EncodedString())'"
    }
}

extension HTTPField.Name {
    fileprivate static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}
