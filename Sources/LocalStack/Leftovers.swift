// Stops what a killed run left in a directory, if it is really ours, and clears its notes away.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

enum Leftovers {
    /// Call this with the directory's lock held. The pooler goes first, as always.
    static func stop(in layout: Layout, by host: Host, observe: (LocalStack.Observation) -> Void) async throws {
        for part in [LocalStack.Part.pooler, .server] {
            let notes = part == .server ? [layout.processIDFile(part), layout.postmasterFile] : [layout.processIDFile(part)]
            for note in notes {
                guard let processID = try processID(notedIn: note) else { continue }
                if try await isOurs(processID, part, layout, host) {
                    try await end(processID, part, layout, host)
                    observe(.stoppedLeftover(part, processID: processID))
                } else if note == layout.postmasterFile, kill(processID, 0) == 0 || errno == EPERM {
                    // A stranger has that number now. PostgreSQL would take it for a postmaster and refuse to start; where
                    // nobody has it, PostgreSQL clears up itself, and better: it looks for orphaned backends first.
                    try Files.remove(note)
                }
                if note != layout.postmasterFile { try Files.remove(note) }
            }
        }
    }

    private static func processID(notedIn path: String) throws(LocalStackError) -> Int32? {
        guard let line = try Files.read(path)?.split(whereSeparator: \.isNewline).first, let number = Int32(line), number > 1 else {
            return nil
        }
        return number
    }

    /// A process id alone proves nothing, numbers are used again. The command line names our directory, or it is not ours.
    static func isOurs(_ processID: Int32, _ part: LocalStack.Part, _ layout: Layout, _ host: Host) async throws -> Bool {
        guard kill(processID, 0) == 0 || errno == EPERM else { return false }
        let words = try await commandLine(of: processID, host)
        guard let program = words.first?.split(separator: "/").last else { return false }
        let names = part == .server ? ["postgres", "postmaster"] : ["pgbouncer"]
        return names.contains(String(program)) && words.joined(separator: " ").contains(layout.mark(part))
    }

    /// Empty for a process that has ended and waits to be collected.
    private static func commandLine(of processID: Int32, _ host: Host) async throws -> [String] {
        if Files.exists("/proc/self/cmdline") {
            return (try Files.read("/proc/\(processID)/cmdline") ?? "").split(separator: "\0").map(String.init)
        }
        let line = try await host.run("sh", ["-c", "ps -ww -o command= -p \(processID) || true"])
        return line.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// Fast shutdown, then ever less patience.
    private static func end(_ processID: Int32, _ part: LocalStack.Part, _ layout: Layout, _ host: Host) async throws {
        let steps: [(signal: Int32, patience: Duration)] = [(SIGINT, .seconds(10)), (SIGQUIT, .seconds(5)), (SIGKILL, .seconds(5))]
        for step in steps {
            kill(processID, step.signal)
            let gone = try await Poll.until(within: step.patience) {
                try await isOurs(processID, part, layout, host) ? nil : true
            }
            if gone != nil { return }
        }
        throw LocalStackError.leftoverStays(part, processID: processID)
    }
}
