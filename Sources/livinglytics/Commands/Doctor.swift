// `livinglytics doctor`
import App
import ArgumentParser

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Looks whether everything is in place. Changes nothing.")

    func run() async throws {
        Terminal.say(App.Doctor.plan)
        let findings = try await App.Doctor(try Settings.ofThisProcess()).examine()
        let wrong = findings.filter { $0.verdict == .wrong }
        guard wrong.isEmpty else { throw Failure(.configuration, wrong.map(\.line).joined(separator: "\n")) }
        for finding in findings { Terminal.say(finding.line) }
    }
}
