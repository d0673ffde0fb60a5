// The brief's two routes over data.
import Domain
import HTTPTypes
import Hummingbird
import Identity
import Reporting
import Storage

enum Brief {
    static func routes(users: Users, sharedTiles: SharedTiles) -> [Route] {
        [
            .post("/v1/dev/seed-user") { request, _ in
                var query = try Query(request)
                let created = try await users.add(email: try query.email("email"))
                return .json(["created": .bool(created)])
            },
            .get("/v1/dashboard/tiles") { request, caller in
                var query = try Query(request)
                let email = try query.email("email", of: caller)
                let days = try query.days()
                // The brief's own question, for which many share a statement.
                if caller.mustName, days == nil, let email {
                    guard let tiles = try await sharedTiles.tiles(email: email) else { throw Problem.userNotFound }
                    return .json(tiles.json)
                }
                let client = try await caller.client(email, field: "email")
                return .json(try await TilesReport(client.database).tiles(of: client.user.id, in: days).json)
            },
        ]
    }
}

extension Tiles {
    fileprivate var json: JSON {
        [
            "sessions": .number(sessions), "conversions": .number(conversions), "ig_reach": .number(reach),
            "engagement": .number(engagement),
        ]
    }
}
