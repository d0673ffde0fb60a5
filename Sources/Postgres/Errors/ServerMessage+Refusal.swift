// Whether a refused start-up will be refused again.

extension ServerMessage {
    /// True when nothing but a change of settings helps: a wrong password, an unknown user, database or tenant. Trying again would
    /// only get the address blocked.
    ///
    /// PostgreSQL's SQLSTATEs tell. PgBouncer says 08P01 and Supavisor XX000 for nearly everything: there the words tell (PgBouncer
    /// 1.18 as tests here heard it; Supavisor as its source has it). Words nobody knows count as passing.
    package var isFinalRefusal: Bool {
        switch sqlState {
        // Class 28: invalid authorization; 3D000: no such database.
        case let code? where code.hasPrefix("28") || code == "3D000": true
        case "08P01", "XX000", nil: Self.finalWords.contains { message.contains($0) }
        default: false
        }
    }

    private static let finalWords = [
        // PgBouncer
        "authentication failed", "no such user", "no such database", "does not exist", "unsupported startup parameter", "SSL required",
        // Supavisor
        "(ENOTFOUND)", "Tenant or user not found",
    ]
}
