// Whoever was invited joins.
import Domain
import HTTPTypes
import Hummingbird
import Identity
import Storage

enum MemberRoutes {
    static func routes(_ invitations: Invitations) -> [Route] {
        [
            .post("/v1/members") { request, caller in
                var fields = try await Fields.body(of: request)
                let code = try fields.required("invitation")
                try fields.end()
                // Not from memory: a session may have ended elsewhere.
                guard case .holder(let shown, let belongings) = try await caller.lookedUp().who, let subject = belongings.subject else {
                    throw AccessDenied.forbidden
                }
                guard let membership = try await invitations.accept(Digest.sha256(code), by: subject) else {
                    throw Problem.invitationNotFound
                }
                caller.gate.forget(shown.proof)
                return .json(
                    ["user": .string(membership.user.email), "role": .string(membership.role.rawValue)],
                    status: .created
                )
            }
        ]
    }
}

extension Problem {
    fileprivate static let invitationNotFound = Problem(
        status: .notFound,
        code: .invitationNotFound,
        detail: "There is no such invitation, or it was used, or its time is over. Ask for a new one."
    )
}
