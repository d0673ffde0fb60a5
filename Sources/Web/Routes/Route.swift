// The table of routes: what is served, to whom, by what.
import HTTPTypes
import Hummingbird
import Identity
import Storage

/// A route. The router, the answer to a wrong method and the check of the OpenAPI document all read this one table.
struct Route: Sendable {
    typealias Handler = @Sendable (Request, Caller) async throws -> Response

    let method: HTTPRequest.Method
    let path: String
    let access: Access
    let handler: Handler

    private init(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping Handler) {
        guard let access = Authorisation.table["\(method) \(path)"] else {
            preconditionFailure("\(method) \(path) is missing from the table of authorisation")
        }
        (self.method, self.path, self.access, self.handler) = (method, path, access, handler)
    }

    static func get(_ path: String, _ handler: @escaping Handler) -> Route { Route(.get, path, handler) }
    static func put(_ path: String, _ handler: @escaping Handler) -> Route { Route(.put, path, handler) }
    static func post(_ path: String, _ handler: @escaping Handler) -> Route { Route(.post, path, handler) }
    static func delete(_ path: String, _ handler: @escaping Handler) -> Route { Route(.delete, path, handler) }
}

extension Route {
    /// Answers, and once more where what was remembered of the caller's credential turned out to be old: the database let nothing happen.
    func answer(_ request: Request, to caller: Caller) async throws -> Response {
        var request = request
        // An import's body goes by once.
        let isRepeatable = path != "/v1/imports" || method == .get
        if isRepeatable, method != .get { try await Fields.keepBody(of: &request) }
        do {
            return try await handler(request, caller)
        } catch StorageError.shutOut {
            let anew = try await caller.lookedUp()
            guard isRepeatable else { throw AccessDenied.otherUser }
            return try await handler(request, anew)
        }
    }
}
