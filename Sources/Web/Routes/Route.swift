// The table of routes: what is served, to whom, by what.
import HTTPTypes
import Hummingbird
import Identity
import Storage

/// A route. The router, the answer to a wrong method and the check of the OpenAPI document all read this one table.
struct Route: Sendable {
    let method: HTTPRequest.Method
    let path: String
    let access: Access
    let handler: @Sendable (Request) async throws -> Response

    static func get(_ path: String, _ access: Access, _ handler: @escaping @Sendable (Request) async throws -> Response) -> Route {
        Route(method: .get, path: path, access: access, handler: handler)
    }

    static func put(_ path: String, _ access: Access, _ handler: @escaping @Sendable (Request) async throws -> Response) -> Route {
        Route(method: .put, path: path, access: access, handler: handler)
    }

    static func post(_ path: String, _ access: Access, _ handler: @escaping @Sendable (Request) async throws -> Response) -> Route {
        Route(method: .post, path: path, access: access, handler: handler)
    }
}

extension Users {
    /// The user that a request names.
    func named(_ email: String) async throws -> User {
        guard let user = try await find(email: email) else { throw Problem.userNotFound }
        return user
    }
}
