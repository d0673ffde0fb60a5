// Connection URLs as people have them: read rightly, refused in words that help, never shown with a password.
import Postgres
import Testing

@Suite struct ConnectionURLTests {
    struct Good: Sendable, CustomTestStringConvertible {
        var text: String
        var user: String? = "postgres"
        var password: String? = "secret"
        var host = "db.example.test"
        var port = 5432
        var database = "postgres"
        var sslMode: String?
        var ignored: [String] = []

        var testDescription: String { text }
    }

    static let good = [
        Good(text: "postgresql+psycopg://postgres:secret@db.example.test:5432/postgres?sslmode=require", sslMode: "require"),
        Good(text: "postgresql://postgres:secret@db.example.test/postgres"),
        Good(text: "postgres://postgres:secret@db.example.test:6543/app", port: 6543, database: "app"),
        Good(text: "  postgres://postgres:secret@db.example.test\n"),
        Good(text: "postgres://app:secret@db.example.test", user: "app", database: "app"),
        Good(text: "postgres://db.example.test/app", user: nil, password: nil, database: "app"),
        Good(text: "postgres://app@db.example.test/app", user: "app", password: nil, database: "app"),
        Good(
            text: "postgresql://postgres.abcdefgh:secret@aws-0-eu-central-1.pooler.supabase.com:6543/postgres?pgbouncer=true",
            user: "postgres.abcdefgh",
            host: "aws-0-eu-central-1.pooler.supabase.com",
            port: 6543,
            ignored: ["pgbouncer"]
        ),
        Good(
            text: "postgres://postgres:secret@db.example.test/postgres?connection_limit=1&sslmode=verify-full&options=-c%20a%3Db",
            sslMode: "verify-full",
            ignored: ["connection_limit", "options"]
        ),
        Good(text: "postgres://postgres:%40%3A%2F%3F%23%25%20%C3%A4@db.example.test/postgres", password: "@:/?#% ä"),
        Good(text: "postgres://postgres:a:b#c&d=e'f\\g h@db.example.test/postgres", password: "a:b#c&d=e'f\\g h"),
        Good(text: "postgres://postgres:secret@[2001:db8::1]:6543/postgres", host: "2001:db8::1", port: 6543),
        Good(text: "postgres://postgres:secret@127.0.0.1/my%20db", host: "127.0.0.1", database: "my db"),
        Good(text: "postgres:///app?host=db.example.test&user=app&password=secret", user: "app", database: "app"),
    ]

    @Test(arguments: good)
    func isRead(_ expected: Good) throws {
        let url = try ConnectionURL(expected.text)
        #expect(url.user == expected.user)
        #expect(url.password == expected.password)
        #expect(url.host == expected.host)
        #expect(url.port == expected.port)
        #expect(url.database == expected.database)
        #expect(url.sslMode == expected.sslMode)
        #expect(url.ignored == expected.ignored)
        let shown = ["\(url)", String(reflecting: url)]
        for text in shown { #expect(!text.contains(expected.password ?? "secret"), "\(text)") }
    }

    /// Every password here has `hunter` in it: no error may.
    @Test(arguments: [
        ("", "it is no URL"),
        ("hunter2", "it is no URL"),
        ("host=db.example.test password=hunter2", "it is no URL"),
        ("mysql://root:hunter2@db.example.test/app", "scheme"),
        ("postgresql+psycopg+async://postgres:hunter2@db.example.test/app", "scheme"),
        ("https://abc.supabase.co", "scheme"),
        ("postgres://postgres:hun@ter2hunter@db.example.test/app", "more than one @"),
        ("postgres://postgres:hunter%zz@db.example.test/app", "as %25"),
        ("postgres://postgres:hunter%00@db.example.test/app", "as %25"),
        ("postgres://postgres:hunter2@[2001:db8::1/app", "can't be read"),
        ("postgres://postgres:hunter2@/app", "names no host"),
        ("postgres://postgres:hunter2@db.example.test:0/app", "port"),
        ("postgres://postgres:hunter2@db.example.test:65536/app", "port"),
        ("postgres://postgres:hunter2@db.example.test:seven/app", "port"),
        // Not encoded, a / or ? in a password ends the address, and the rest of the password would pass for something to show.
        ("postgres://postgres:1/hunter2@db.example.test/app", "behind a /"),
        ("postgres://postgres:1/\u{301}hunter2@db.example.test/app", "behind a /"),
        ("postgres://postgres:a@\u{301}hunter2@db.example.test/app", "more than one @"),
        ("postgres://postgres:1?hunter2@db.example.test/app", "behind a ?"),
        ("postgres://postgres:1?a=hunter2@db.example.test/app", "behind a ?"),
    ])
    func isRefused(_ text: String, _ expected: String) throws {
        let error = try #require(throws: PostgresError.self) { _ = try ConnectionURL(text) }
        guard case .invalidURL(let why) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(why.contains(expected), "\(why)")
        for shown in ["\(error)", String(reflecting: error)] { #expect(!shown.contains("hunter"), "\(shown)") }
    }

    @Test func anAtSignInAKnownParameterIsItsOwn() throws {
        let url = try ConnectionURL("postgres://db.example.test/app?user=app&password=p@ss&sslrootcert=/etc/a@b.crt")
        #expect(url.password == "p@ss")
        #expect(url.sslRootCertificate == "/etc/a@b.crt")
    }

    @Test func showsWhereButNotThePassword() throws {
        let url = try ConnectionURL("postgresql+psycopg://app:hunter2@db.example.test:6543/app?sslmode=require")
        #expect("\(url)" == "postgresql://app:***@db.example.test:6543/app?sslmode=require")
        #expect("\(url.database("other"))" == "postgresql://app:***@db.example.test:6543/other?sslmode=require")
        let verifying = url.verifying(rootCertificate: "/etc/ca.crt")
        #expect((verifying.sslMode, verifying.sslRootCertificate) == ("verify-full", "/etc/ca.crt"))
        var dumped = ""
        dump(url, to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }
}
