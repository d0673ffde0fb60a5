// A migration of ours, as it lies in supabase/migrations.

/// One file `<14 digits>_livinglytics_<name>.sql`.
package struct Migration: Sendable, Equatable {
    /// The 14 digits: what the Supabase CLI orders and records migrations by.
    package let version: String
    /// `livinglytics_<name>`: what tells ours from other people's in the same table.
    package let name: String
    package let sql: String

    package init(version: String, name: String, sql: String) {
        (self.version, self.name, self.sql) = (version, name, sql)
    }

    /// Nil when the file's name is not that of a migration of ours.
    init?(fileName: String, text: String) {
        guard fileName.hasSuffix(".sql"), let underscore = fileName.firstIndex(of: "_") else { return nil }
        let version = String(fileName[..<underscore])
        let name = String(fileName[fileName.index(after: underscore)...].dropLast(4))
        guard version.count == 14, version.allSatisfy(\.isNumber), Self.isOurs(name) else { return nil }
        self.init(version: version, name: name, sql: text)
    }

    static func isOurs(_ name: String) -> Bool { name.hasPrefix("livinglytics_") }

    /// The statements one by one, as the Supabase CLI records them.
    package var statements: [String] { Statements.split(sql) }

    /// The comment at the top of the file, on one line: what it does, for people.
    package var summary: String {
        sql.split(separator: "\n", omittingEmptySubsequences: false)
            .prefix { $0.hasPrefix("--") && $0 != "--" }
            .map { $0.dropFirst(2).trimmingPrefix(" ") }
            .joined(separator: " ")
    }

    /// All migrations of this binary, oldest first.
    package static let all: [Migration] = EmbeddedFiles.all.compactMap { Migration(fileName: $0.name, text: $0.text) }
}
