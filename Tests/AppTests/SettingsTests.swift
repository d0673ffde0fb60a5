// Where settings come from, and what the settings alone tell.
import App
import Testing

@Suite struct SettingsTests {
    private static let good = [
        "DATABASE_URL": "postgresql+psycopg://postgres.abcd:p%40ss@aws-0-eu-central-1.pooler.supabase.com:6543/postgres?sslmode=require",
        "SUPABASE_URL": "https://abcd.supabase.co",
        "SUPABASE_ANON_KEY": "sb_publishable_x",
        "FASTAPI_SECRET_KEY": "0123456789abcdef0123456789abcdef",
    ]

    @Test func theEnvironmentBeatsTheFileAndTheFileTheDefaults() {
        let settings = Settings(environment: ["APP_NAME": "A", "ALLOW_ORIGINS": ""], file: "APP_NAME=B\nALLOW_ORIGINS=https://x.test\n")
        let entries = Dictionary(uniqueKeysWithValues: settings.entries.map { ($0.setting, $0) })
        #expect(entries[.appName]?.value == "A" && entries[.appName]?.origin == .environment)
        #expect(entries[.allowOrigins]?.value == "https://x.test" && entries[.allowOrigins]?.origin == .file)
        #expect(entries[.port]?.value == "8080" && entries[.port]?.origin == .standard)
        #expect(entries[.serviceKey]?.value == nil && entries[.serviceKey]?.origin == .missing)
    }

    @Test(
        arguments: [
            ("APP_NAME=plain", "plain"), ("APP_NAME = spaced ", "spaced"), ("export APP_NAME=x", "x"),
            ("APP_NAME=\"with # in it\"", "with # in it"),
            ("APP_NAME='single'  # comment", "single"), ("APP_NAME=a#b # comment", "a#b"), ("#APP_NAME=x", nil),
            ("APP_NAME=first\nAPP_NAME=last", "last"),
            ("APP_NAME=a=b", "a=b"), ("APP_NAME=\"two\\nlines\"", "two\nlines"), ("APP_NAME=x\r\n", "x"),
        ] as [(String, String?)]
    )
    func dotEnvIsReadAsPythonDotenvReadsIt(_ file: String, _ value: String?) {
        #expect(Settings(environment: [:], file: file)[.appName] == value ?? "Living Lytics API")
    }

    @Test func goodSettingsServe() throws {
        try Settings(environment: Self.good, file: nil).require(.serving)
    }

    @Test(arguments: [
        ("DATABASE_URL", "nonsense", "it is no URL"),
        ("DATABASE_URL", "mysql://u:sesame@h/db", "scheme is not postgresql"),
        ("DATABASE_URL", "postgresql://postgres.abcd:ses@me@aws-0-eu.pooler.supabase.com:6543/postgres?sslmode=require", "%40"),
        ("DATABASE_URL", "postgresql://postgres.abcd:sesame@aws-0-eu.pooler.supabase.com:5432/postgres?sslmode=require", "port 6543"),
        ("DATABASE_URL", "postgresql://postgres:sesame@db.abcd.supabase.co:5432/postgres?sslmode=require", "port 6543"),
        ("DATABASE_URL", "postgresql://postgres.abcd:sesame@aws-0-eu.pooler.supabase.com:6543/postgres?sslmode=disable", "sslmode=require"),
        ("DATABASE_URL", "postgresql://postgres:sesame@aws-0-eu.pooler.supabase.com:6543/postgres?sslmode=require", "use postgres.abcd"),
        ("SUPABASE_URL", "abcd.supabase.co", "no URL"),
        ("SUPABASE_URL", "https://supabase.com/dashboard/project/abcd", "a page"),
        ("FASTAPI_SECRET_KEY", "sesame sesame sesame", "no header can carry"),
        ("SUPABASE_ANON_KEY", "sb_secret_sesame", "secret key"),
        // {"role":"service_role"}
        ("SUPABASE_ANON_KEY", "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.sesame", "service_role key"),
        ("DATABASE_CA_CERT", "/no/such/file.crt", "names no file"),
        ("PORT", "eighty", "no number"),
    ])
    func aWrongOneIsRefusedInWords(_ name: String, _ value: String, _ words: String) throws {
        let settings = Settings(environment: Self.good.merging([name: value]) { $1 }, file: nil)
        let failure = try #require(throws: Failure.self) { try settings.require(.serving) }
        #expect(failure.status == .configuration)
        #expect(failure.description.contains(name) && failure.description.contains(words), "\(failure.description)")
        #expect(!failure.description.contains("sesame"))
    }

    /// It is taken for `require`.
    @Test(arguments: ["", "?sslmode=prefer"])
    func aURLThatSaysNothingOfTLSServes(_ query: String) throws {
        let url = "postgresql://postgres.abcd:x@aws-0-eu.pooler.supabase.com:6543/postgres\(query)"
        try Settings(environment: Self.good.merging(["DATABASE_URL": url]) { $1 }, file: nil).require(.serving)
    }

    @Test func thoseOfADatabaseCommandAreFewer() throws {
        try Settings(environment: ["DATABASE_URL": Self.good["DATABASE_URL"] ?? ""], file: nil).require(.database)
        #expect(throws: Failure.self) { try Settings(environment: [:], file: nil).require(.database) }
    }

    @Test func anAnonKeyOfTheOldKindServes() throws {
        // {"role":"anon"}
        let key = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.signature"
        try Settings(environment: Self.good.merging(["SUPABASE_ANON_KEY": key]) { $1 }, file: nil).require(.serving)
    }
}
