// The settings of this run and where each came from.
import Configuration

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Settings from the environment, `.env` and the defaults, the first that has one.
package struct Settings: Sendable {
    package enum Origin: String, Sendable {
        case environment = "environment"
        case file = ".env"
        case standard = "default"
        case missing = "not set"
    }

    package struct Entry: Sendable {
        package let setting: Setting
        /// Nil when it is not set. An empty text counts as not set.
        package let value: String?
        package let origin: Origin
    }

    private let values: [Setting: Entry]

    /// - Parameters:
    ///   - environment: the process's variables.
    ///   - file: the text of `.env`, nil where there is none.
    package init(environment: [String: String], file: String?) {
        let readers: [(Origin, ConfigReader)] = [
            (.environment, ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: environment))),
            (.file, ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: file.map(DotEnv.parse) ?? [:]))),
        ]
        var values: [Setting: Entry] = [:]
        for setting in Setting.allCases {
            let key = ConfigKey(setting.name.lowercased().split(separator: "_").map(String.init))
            let found = readers.lazy.compactMap { origin, reader in
                reader.string(forKey: key, isSecret: setting.isSecret).flatMap { $0.isEmpty ? nil : (origin, $0) }
            }.first
            values[setting] =
                if let (origin, value) = found {
                    Entry(setting: setting, value: value, origin: origin)
                } else {
                    Entry(setting: setting, value: setting.standard, origin: setting.standard == nil ? .missing : .standard)
                }
        }
        self.values = values
    }

    /// Those of this process, in this directory.
    package static func ofThisProcess() throws -> Settings {
        let path = FileManager.default.currentDirectoryPath + "/.env"
        let file: String?
        do {
            file = FileManager.default.fileExists(atPath: path) ? try String(contentsOfFile: path, encoding: .utf8) : nil
        } catch {
            throw Failure(.configuration, "\(path) can't be read as UTF-8 text: mend it or take it away")
        }
        return Settings(environment: ProcessInfo.processInfo.environment, file: file)
    }

    package subscript(setting: Setting) -> String? { values[setting]?.value }

    /// All of them, in the order in which they are declared.
    package var entries: [Entry] { Setting.allCases.compactMap { values[$0] } }

    /// The same with other values, which count as the environment's.
    package func setting(_ changes: [Setting: String]) -> Settings {
        var copy = values
        for (setting, value) in changes { copy[setting] = Entry(setting: setting, value: value, origin: .environment) }
        return Settings(values: copy)
    }

    private init(values: [Setting: Entry]) {
        self.values = values
    }
}

extension Settings.Entry {
    /// The value as it may be shown.
    package var shown: String? {
        // A URL with somebody's password in it is refused elsewhere, and not shown here.
        let isSecret = setting.isSecret || (setting == .supabaseURL && value?.contains("@") == true)
        return isSecret ? value.map { _ in "***" } : value
    }
}
