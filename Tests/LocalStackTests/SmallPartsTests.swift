// The parts that need no server.

import Testing

@testable import LocalStack

struct SmallPartsTests {
    @Test(arguments: [
        ("postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)", Version(15, 20)),
        ("postgres (PostgreSQL) 18beta1", Version(18)),
        ("PgBouncer 1.18.0\nlibevent 2.1.12-stable\n", Version(1, 18, 0)),
    ])
    func versionsAreRead(_ text: String, _ version: Version) {
        #expect(Version(in: text) == version)
    }

    @Test func versionsAreComparedByNumber() {
        #expect(Version(1, 9) < Version(1, 18) && Version(1, 18) <= Version(1, 18, 0) && Version(in: "none") == nil)
    }

    @Test func missingProgramsAreNamedWithWhatToInstall() {
        let error = #expect(throws: LocalStackError.self) { try Programs.find(path: "/nowhere:relative", fallbacks: [], forRoot: false) }
        #expect(error == .programsMissing(["initdb", "postgres", "psql", "pgbouncer", "openssl"]))
        #expect(error?.description.contains("postgresql") == true && error?.description.contains("pgbouncer") == true)
    }

    @Test func defaultDirectories() {
        #expect(LocalStack.defaultDirectory(forCheckout: "/home/me/lytics", asRoot: false) == "/home/me/lytics/.livinglytics")
        let rooted = LocalStack.defaultDirectory(forCheckout: "/root/lytics", asRoot: true)
        #expect(rooted == "/var/lib/livinglytics/8c0ffd2acc0b60e5")
        #expect(rooted != LocalStack.defaultDirectory(forCheckout: "/root/other", asRoot: true))
    }

    @Test func whatIsShownHoldsNoSecrets() {
        let lines = Text.lastLines(of: "one\n\n  \ntwo hush\nthree\n", count: 2, without: ["hush", ""])
        #expect(lines == ["two (secret)", "three"])
    }

    @Test func passwordsNeedNoEscaping() {
        let password = Secrets.random()
        #expect(password.count == 32 && LocalStack.percentEncoded(password) == password && password != Secrets.random())
        #expect(LocalStack.percentEncoded("a b/ü") == "a%20b%2F%C3%BC")
    }

    @Test func aDeadlineEndsAProgram() async throws {
        let error = await #expect(throws: LocalStackError.self) {
            try await TestDirectory.host().run("sleep", ["60"], limit: .milliseconds(100))
        }
        #expect(error?.description.contains("took longer") == true)
    }
}
