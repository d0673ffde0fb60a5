// The settings there are: the environment variables of the brief and a few more.

/// A setting, by the name of its environment variable.
package enum Setting: String, Sendable, CaseIterable {
    case databaseURL = "DATABASE_URL"
    case supabaseURL = "SUPABASE_URL"
    case supabaseAnonKey = "SUPABASE_ANON_KEY"
    case serviceKey = "FASTAPI_SECRET_KEY"
    case allowOrigins = "ALLOW_ORIGINS"
    case appName = "APP_NAME"
    case port = "PORT"
    case databaseCACertificate = "DATABASE_CA_CERT"
    case importLimit = "IMPORT_LIMIT"
    case trustedProxies = "TRUSTED_PROXIES"
    case jwtSecret = "SUPABASE_JWT_SECRET"

    package var name: String { rawValue }

    /// Shown as `***` wherever settings are shown.
    package var isSecret: Bool {
        switch self {
        case .databaseURL, .supabaseAnonKey, .serviceKey, .jwtSecret: true
        case .supabaseURL, .allowOrigins, .appName, .port, .databaseCACertificate, .importLimit, .trustedProxies: false
        }
    }

    /// What holds where nothing is set; nil where nothing does.
    package var standard: String? {
        switch self {
        case .allowOrigins: "*"
        case .appName: "Living Lytics API"
        case .port: "8080"
        case .importLimit: "4294967296"
        case .databaseURL, .supabaseURL, .supabaseAnonKey, .serviceKey, .databaseCACertificate, .trustedProxies, .jwtSecret: nil
        }
    }

    /// What it is and where it is found; for those that some command requires.
    var help: String {
        switch self {
        case .databaseURL: "the transaction pooler's URL: Supabase dashboard, Connect, Transaction pooler (port 6543)"
        case .supabaseURL: "the project's URL, https://REF.supabase.co: Supabase dashboard, Project Settings, Data API"
        case .supabaseAnonKey: "the anon or publishable key: Supabase dashboard, Project Settings, API Keys"
        case .serviceKey: "a long random text of your own, which clients send as bearer token: `openssl rand -hex 32` makes one"
        case .allowOrigins: "origins whose pages may read the API, separated by commas"
        case .appName: "the title of the API and its documentation"
        case .port: "the port that `serve` listens on"
        case .importLimit: "how many bytes one import over HTTP may have, unpacked"
        case .trustedProxies: "addresses or ranges (CIDR) of proxies whose X-Forwarded-For, -Proto and -Host count, separated by commas"
        case .jwtSecret: "the secret that a project's JWTs are signed with, for projects that have no signing keys yet"
        case .databaseCACertificate: "the CA of the database's certificate, a file or PEM text: turns on verify-full"
        }
    }
}

/// Which settings a command cannot do without.
package enum Requirement: Sendable {
    /// `migrate`, `import`, `users` and the like.
    case database
    /// `serve` and `doctor`.
    case serving

    package var settings: [Setting] {
        switch self {
        case .database: [.databaseURL]
        case .serving: [.databaseURL, .supabaseURL, .supabaseAnonKey, .serviceKey]
        }
    }
}
