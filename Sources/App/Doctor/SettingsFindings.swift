// What the settings alone tell. `doctor`, `serve` and `migrate` judge by these, in the same words.
import Domain
import Identity
import Postgres

extension Settings {
    /// One finding for each setting that the requirement names, and more where they are there and wrong.
    func findings(for requirement: Requirement) -> [Finding] {
        requirement.settings.flatMap { setting -> [Finding] in
            guard let value = self[setting] else { return [.wrong(setting.name, "is not set; \(setting.help)")] }
            switch setting {
            case .databaseURL: return DatabaseURLFindings.of(value, supabaseURL: self[.supabaseURL]) + caFindings
            case .supabaseURL: return [SupabaseFindings.ofURL(value)]
            case .supabaseAnonKey: return [SupabaseFindings.ofAnonKey(value)]
            case .serviceKey: return [Self.ofServiceKey(value)]
            case .allowOrigins, .appName, .port, .databaseCACertificate, .importLimit, .trustedProxies, .jwtSecret: return []
            }
        } + (requirement == .serving ? portFindings + importLimitFindings + proxyFindings + jwtSecretFindings + originFindings : [])
    }

    private static func ofServiceKey(_ key: String) -> Finding {
        if key.contains(where: { $0.isWhitespace || !$0.isASCII }) {
            return .wrong(
                Setting.serviceKey.name,
                "holds blanks, line breaks or letters that no header can carry: \(Setting.serviceKey.help)"
            )
        }
        if key.utf8.count < 16 {
            return .warning(Setting.serviceKey.name, "is shorter than 16 characters: whoever guesses it may do everything")
        }
        return .good(Setting.serviceKey.name, "is set")
    }

    private var portFindings: [Finding] {
        if let text = self[.port], UInt16(text) == nil { return [.wrong(Setting.port.name, "is no number from 0 to 65535")] }
        return []
    }

    private var importLimitFindings: [Finding] {
        if let text = self[.importLimit], Int(text).map({ $0 > 0 }) != true {
            return [.wrong(Setting.importLimit.name, "is no number of bytes")]
        }
        return []
    }

    /// Whoever has one token can try secrets until one fits: short ones do soon (RFC 7518, 3.2, asks for 256 bits).
    private var jwtSecretFindings: [Finding] {
        guard let secret = self[.jwtSecret], secret.utf8.count < 32 else { return [] }
        return [.wrong(Setting.jwtSecret.name, "is shorter than 32 bytes: \(Setting.jwtSecret.help)")]
    }

    /// Browsers spell an origin in one way: another one is never met.
    private var originFindings: [Finding] {
        let listed = (self[.allowOrigins] ?? "").split(separator: ",").map { $0.filter { !$0.isWhitespace } }
        let odd = listed.filter { $0 != "*" && $0.wholeMatch(of: /https?:\/\/[a-z0-9.\-\[\]:]+/) == nil }
        return odd.map {
            .warning(Setting.allowOrigins.name, "\($0.quoted) is no origin such as https://app.example.com: it allows nobody")
        }
    }

    private var proxyFindings: [Finding] {
        if let text = self[.trustedProxies], TrustedProxies(text) == nil {
            return [.wrong(Setting.trustedProxies.name, "holds what is no address and no range such as 10.0.0.0/8")]
        }
        return []
    }

    /// None where they are not set, or wrong: then nobody's word is taken.
    var trustedProxies: TrustedProxies {
        self[.trustedProxies].flatMap(TrustedProxies.init) ?? .none
    }

    private var caFindings: [Finding] {
        guard let certificate = self[.databaseCACertificate] else { return [] }
        switch CACertificate(certificate) {
        case .some: return [.good(Setting.databaseCACertificate.name, "the server's certificate is checked (verify-full)")]
        case .none: return [.wrong(Setting.databaseCACertificate.name, "names no file that can be read, and is no PEM text")]
        }
    }
}
