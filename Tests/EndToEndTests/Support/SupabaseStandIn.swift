// A server in the place of Supabase Auth: Tests/identity/supabase.py. Supabase's own client checks it.
import SystemPackage
import TestSupport

enum SupabaseStandIn {
    static let python = TestStack.checkout + "/.venv/bin/python"

    /// Runs one for the length of the body, which gets its address.
    static func with<R: Sendable>(_ arguments: [String] = [], _ body: @escaping @Sendable (String) async throws -> R) async throws -> R {
        // It ends with its input, so that it ends with us whatever happens.
        let (readEnd, writeEnd) = try FileDescriptor.pipe()
        let script = TestStack.checkout + "/Tests/identity/supabase.py"
        do {
            let ended = try await RunningBinary.with(program: python, ["-B", script] + arguments, input: readEnd) { running in
                let line = await running.log.first { $0.contains("listening on http://") }
                guard let url = line?.split(separator: " ").last else { throw NotServing(log: running.log.text) }
                return try await body(String(url))
            }
            try writeEnd.close()
            return ended.value
        } catch {
            try writeEnd.close()
            throw error
        }
    }
}
