// What a run on this machine uses in place of the settings of a deployment.
package import LocalStack

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Settings {
    /// The settings for a stack on this machine: nothing of the environment or of `.env` counts.
    ///
    /// The service key is made once and kept beside the data. What is Supabase's points at this machine, where nobody answers for it.
    package static func local(_ stack: LocalStack, port: Int) throws -> Settings {
        Settings(environment: [:], file: nil).setting([
            .databaseURL: stack.url(),
            .databaseCACertificate: stack.caCertificate,
            .supabaseURL: "http://127.0.0.1:\(port)",
            .supabaseAnonKey: "local",
            .serviceKey: try serviceKey(in: stack.directory),
            .port: "\(port)",
        ])
    }

    private static func serviceKey(in directory: String) throws -> String {
        let url = URL(fileURLWithPath: directory).appending(path: "service-key")
        if FileManager.default.fileExists(atPath: url.path) { return try String(contentsOf: url, encoding: .utf8) }
        let digits = Array("0123456789abcdef")
        var random = SystemRandomNumberGenerator()
        let key = String((0..<48).map { _ in digits[Int.random(in: 0..<16, using: &random)] })
        try Data(key.utf8).write(to: url, options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: url.path)
        return key
    }
}
