// `livinglytics config`
import App
import ArgumentParser
import Domain

struct Config: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows every setting and where it comes from, secrets hidden.")

    @Flag(help: "As JSON.") var json = false

    func run() async throws {
        let entries = try Settings.ofThisProcess().entries
        if json {
            Terminal.json(
                .object(
                    entries.map {
                        .init($0.setting.name, ["value": $0.shown.map(JSON.string) ?? .null, "from": .string($0.origin.rawValue)])
                    }
                )
            )
            return
        }
        let width = entries.map(\.setting.name.count).max() ?? 0
        for entry in entries {
            let name = entry.setting.name + String(repeating: " ", count: width - entry.setting.name.count)
            Terminal.say("\(name)  \(entry.shown.map { "\($0)  (\(entry.origin.rawValue))" } ?? entry.origin.rawValue)")
        }
    }
}
