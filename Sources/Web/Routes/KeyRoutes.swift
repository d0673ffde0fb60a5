// API keys: made, shown once, listed and revoked.
import Domain
import HTTPTypes
import Hummingbird
import Identity
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

enum KeyRoutes {
    static var routes: [Route] {
        [
            .post("/v1/keys") { request, caller in
                var fields = try await Fields.body(of: request)
                let email = try fields.email("user", of: caller)
                let wanted = try NewAPIKey(&fields)
                try fields.end()
                let client = try await caller.client(email)
                let key = APIKey()
                let row = try await APIKeys(client.database).add(wanted, key.hash, hint: key.hint, for: client.user.id, by: caller.subject)
                return .json(row.json(key: key.text), status: .created)
            },
            .get("/v1/keys") { request, caller in
                var query = try Query(request)
                let email = try query.email("user", of: caller)
                try query.end()
                let client = try await caller.client(email)
                return .json(["keys": .array(try await APIKeys(client.database).list(of: client.user.id).map { $0.json() })])
            },
            .delete("/v1/keys/{id}") { request, caller in
                var query = try Query(request)
                let email = try query.email("user", of: caller)
                try query.end()
                let client = try await caller.client(email)
                guard let id = request.uri.path.split(separator: "/").last.flatMap({ KeyID(String($0)) }),
                    let row = try await APIKeys(client.database).revoke(id, of: client.user.id)
                else { throw Problem.keyNotFound }
                return .json(row.json())
            },
        ]
    }
}

extension NewAPIKey {
    fileprivate init(_ fields: inout Fields) throws(Problem) {
        let name = try fields.required("name")
        let (canRead, canWrite) = (try fields.bool("read") ?? true, try fields.bool("write") ?? false)
        let end = try fields.moment("expires_at")
        if let end, end.microseconds <= Int(Date.now.timeIntervalSince1970 * 1_000_000) {
            throw .field("expires_at", .invalidValue, "expires_at lies in the past: give a later moment, or none.")
        }
        if let end, end.microseconds >= 253_402_300_800_000_000 {
            throw .field("expires_at", .invalidValue, "expires_at lies beyond the year 9999: give an earlier moment, or none.")
        }
        guard canRead || canWrite else { throw .field("read", .invalidValue, "A key reads, or writes, or both.") }
        guard let key = NewAPIKey(name: name, canRead: canRead, canWrite: canWrite, expiresAt: end) else {
            throw .field("name", .invalidValue, "name must have 1 to \(NewAPIKey.longestName) characters, and none that controls.")
        }
        self = key
    }
}

extension Problem {
    fileprivate static let keyNotFound = Problem(status: .notFound, code: .keyNotFound, detail: "This user has no such key.")
}
