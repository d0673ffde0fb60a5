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
                var query = try Query(request)
                let created = try await users.add(email: try query.email("email"))
                return .json(["created": .bool(created)])
            },
            .get("/v1/dashboard/tiles", .serviceKey) { request in
                var query = try Query(request)
                let email = try query.email("email")
                let found =
                    if let days = try query.days() {
                        try await tiles.tiles(email: email, days: days)
                    } else {
                        try await tiles.tiles(email: email)
                    }
                guard let found else { throw Problem.userNotFound }
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
