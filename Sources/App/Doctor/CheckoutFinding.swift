// The brief's "confirm repo is connected": a git remote, where there is a checkout.
import Subprocess

enum CheckoutFinding {
    static func look() async -> Finding? {
        do {
            let inside = try await Subprocess.run(
                .name("git"),
                arguments: ["rev-parse", "--is-inside-work-tree"],
                output: .string(limit: 100),
                error: .discarded
            )
            guard inside.terminationStatus.isSuccess else { return nil }
            let remotes = try await Subprocess.run(.name("git"), arguments: ["remote"], output: .string(limit: 10_000), error: .discarded)
            let names = remotes.standardOutput.split(whereSeparator: \.isNewline)
            // Names only: a remote's URL may hold a token.
            return names.isEmpty
                ? .warning("git", "this checkout has no remote: what is committed here is only here")
                : .good("git", "this checkout has the remote \(names.joined(separator: ", "))")
        } catch {
            return .unknown("git", "git can't be run here")
        }
    }
}
