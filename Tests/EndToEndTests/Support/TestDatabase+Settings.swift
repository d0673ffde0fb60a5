// The settings of a deployment on a test's database.
import LocalStack
import TestSupport

extension TestDatabase {
    static let serviceKey = "a-service-key-of-the-tests"

    /// All that `serve` requires. Nobody answers for Supabase.
    func settings(_ changes: [String: String?] = [:]) -> [String: String] {
        let all: [String: String?] = [
            "DATABASE_URL": stack.url(database: name),
            "SUPABASE_URL": "http://127.0.0.1:9",
            "SUPABASE_ANON_KEY": "sb_publishable_test",
            "FASTAPI_SECRET_KEY": Self.serviceKey,
        ]
        return all.merging(changes) { $1 }.compactMapValues(\.self)
    }
}
