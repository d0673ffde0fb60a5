// `livinglytics doctor`
import App
import ArgumentParser
import Storage

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks whether everything is in place. Changes nothing, unless told to repair."
    )

    @Flag(help: "Read every entry, and prove the totals against them.") var deep = false
    @Flag(help: "Make the totals anew from the entries. Writers wait meanwhile.") var repair = false

    func run() async throws {
        if repair { return try await repairTotals() }
        Terminal.say(App.Doctor.plan)
        let settings = try Settings.ofThisProcess()
        var findings = try await App.Doctor(settings).examine()
        if deep, findings.allSatisfy({ $0.verdict != .wrong }) {
            findings.append(try await withDatabase(settings) { try await TotalsFinding.look($0) })
        }
        let wrong = findings.filter { $0.verdict == .wrong }
        guard wrong.isEmpty else { throw Failure(.configuration, wrong.map(\.line).joined(separator: "\n")) }
        for finding in findings { Terminal.say(finding.line) }
    }

    private func repairTotals() async throws {
        try await withDatabase(.ofThisProcess()) { database in
            let before = try await TotalsFinding.look(database)
            if before.verdict != .good {
                Terminal.note(before.line)
                try await TotalsCheck(database).rebuild()
            }
            let after = try await TotalsFinding.look(database)
            if after.verdict != .good { throw Failure(.software, after.line) }
            Terminal.say(after.line)
        }
    }
}
