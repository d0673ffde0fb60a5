// Whether the tables are those that this binary was written for.

package enum SchemaState: Sendable, Equatable {
    case current
    /// Migrations that `livinglytics migrate` would apply. All of them: there is no schema yet.
    case behind([Migration])
    case refused(MigrationError)
}

extension Migrator {
    /// - Throws: only what keeps it from looking at all.
    package func state() async throws(StorageError) -> SchemaState {
        do {
            let plan = try await plan()
            return plan.pending.isEmpty ? .current : .behind(plan.pending)
        } catch {
            if case .storage(let error) = error { throw error }
            return .refused(error)
        }
    }
}

extension SchemaState {
    /// What is wrong and what to do; nil when nothing is.
    package var complaint: String? {
        switch self {
        case .current: nil
        case .behind(let pending): "the schema lacks \(pending.map(\.name).joined(separator: ", ")): run `livinglytics migrate`"
        case .refused(let error): error.description
        }
    }
}
