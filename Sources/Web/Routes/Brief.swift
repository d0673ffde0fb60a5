// The brief's two routes over data.
import Domain
import HTTPTypes
import Hummingbird
import Identity
import Reporting
import Storage

enum Brief {
    static func routes(users: Users, tiles: TilesReport) -> [Route] {
        [
            .post("/v1/dev/seed-user", .serviceKey) { request in
                let created = try await users.add(email: try Query(request).email())
                return .json(["created": .bool(created)])
            },
            .get("/v1/dashboard/tiles", .serviceKey) { request in
                guard let found = try await tiles.tiles(email: try Query(request).email()) else {
                    throw Problem(status: .notFound, code: .userNotFound, detail: "User not found")
                }
                return .json([
                    "sessions": .number(found.sessions),
                    "conversions": .number(found.conversions),
                    "ig_reach": .number(found.reach),
                    "engagement": .number(found.engagement),
                ])
            },
        ]
    }
}
