// An HTTP client for a running server.
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Subprocess

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A refused connection is an answer here: nothing is tried again.
private let http: HTTPClient = {
    var configuration = HTTPClient.Configuration.singletonConfiguration
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
}()

struct Client: Sendable {
    let base: String
    let log: LogLines
    let process: ProcessIdentifier

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: String
    }

    func send(_ method: String, _ path: String, _ headers: [String: String] = [:], body: String? = nil) async throws -> Answer {
        var request = HTTPClientRequest(url: base + path)
        request.method = HTTPMethod(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await http.execute(request, timeout: .seconds(30))
        let body = try await response.body.collect(upTo: 1 << 24)
        return Answer(status: Int(response.status.code), headers: response.headers, body: String(buffer: body))
    }

    /// SIGTERM to the server.
    func terminate() throws {
        guard kill(process.value, SIGTERM) == 0 else { throw Gone() }
    }

    private struct Gone: Error {}

    func get(_ path: String, key: String? = nil) async throws -> Answer {
        try await send("GET", path, key.map { ["Authorization": "Bearer \($0)"] } ?? [:])
    }
}
