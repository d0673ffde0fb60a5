// A key as JSON, for both doors.
package import Domain

extension APIKeyRow {
    /// - Parameter key: the key itself, this once.
    package func json(key: String? = nil) -> JSON {
        var members: [JSON.Member] = [
            .init("id", .string(id.description)), .init("name", .string(name)), .init("hint", .string(hint)), .init("read", .bool(canRead)),
            .init("write", .bool(canWrite)), .init("created_at", .string(createdAt)), .init("expires_at", .optional(expiresAt)),
            .init("last_used_at", .optional(lastUsedAt)), .init("revoked_at", .optional(revokedAt)),
        ]
        if let key { members.append(.init("key", .string(key))) }
        return .object(members)
    }
}
