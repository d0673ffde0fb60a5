// doctor, migrate, users and config, as they are typed.
import LocalStack
import Postgres
import Storage
import TestSupport
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite(.timeLimit(.minutes(10))) struct CommandTests {
    @Test func migrateEndsWithTheBriefsWords() async throws {
        try await TestDatabase.with(.empty) { test in
            let environment = ["DATABASE_URL": test.stack.url(database: test.name)]
            let dry = try await Binary.run(["migrate", "--dry-run"], environment: environment)
            #expect(dry.status == 0)
            for migration in Migration.all { #expect(dry.output.contains(migration.fileName)) }
            #expect(try await test.database.query("select to_regclass('public.users') is null").first?.get(0) == true)
            for _ in 0..<2 {
                let outcome = try await Binary.run(["migrate"], environment: environment)
                #expect(outcome.status == 0, "\(outcome.error)")
                #expect(outcome.output.hasSuffix("Schema ensured ✅\n"))
            }
            #expect(try await Binary.run(["migrate", "--dry-run"], environment: environment).output.hasPrefix("Nothing to do"))
        }
    }

    @Test func aDryRunTellsWhatItCloses() async throws {
        try await TestDatabase.with(.empty) { test in
            _ = try await test.database.query(
                "create table users (id bigserial primary key, email text unique not null)"
            )
            _ = try await test.database.query("grant select on users to public")
            let dry = try await Binary.run(["migrate", "--dry-run"], environment: ["DATABASE_URL": test.stack.url(database: test.name)])
            #expect(dry.output.contains("closes users: row-level security on; takes away anon: "), "\(dry.output)")
            // What everybody may, and the sequence behind the ids.
            #expect(dry.output.contains("public: SELECT") && dry.output.contains("USAGE"), "\(dry.output)")
        }
    }

    @Test func doctorIsContentWithAGoodDeployment() async throws {
        try await TestDatabase.with { test in
            let outcome = try await Binary.run(["doctor"], environment: test.settings())
            #expect(outcome.status == 0, "\(outcome.error)")
            for words in ["The plan:", "✓ database: answers", "TLSv1", "✓ server: PostgreSQL 15", "✓ pooler: transaction mode", "✓ schema"]
            {
                #expect(outcome.output.contains(words), "\(words) in \(outcome.output)")
            }
            for secret in [test.stack.password, TestDatabase.serviceKey] { #expect(!outcome.output.contains(secret)) }
        }
    }

    @Test func doctorKnowsADirectConnectionAndAVerifiedOne() async throws {
        try await TestDatabase.with { test in
            let direct = try await Binary.run(
                ["doctor"],
                environment: test.settings(["DATABASE_URL": test.stack.url(database: test.name, through: .direct)])
            )
            #expect(direct.output.contains("! pooler: none"), "\(direct.output)")
            let verified = try await Binary.run(["doctor"], environment: test.settings(["DATABASE_CA_CERT": test.stack.caCertificate]))
            #expect(verified.output.contains("certificate checked"), "\(verified.output)")
            let inURL = test.stack.url(database: test.name, tls: .verifyFull).replacing("sslmode=verify-full", with: "sslmode=require")
            let named = try await Binary.run(["doctor"], environment: test.settings(["DATABASE_URL": inURL]))
            #expect(named.output.contains("certificate checked"), "\(named.output)")
            let pem = try String(contentsOfFile: test.stack.caCertificate, encoding: .utf8)
            let inline = try await Binary.run(
                ["doctor"],
                environment: test.settings(["DATABASE_CA_CERT": pem.replacing("\n", with: "\\n")])
            )
            #expect(inline.output.contains("certificate checked"), "\(inline.output)\(inline.error)")
        }
    }

    @Test func doctorLooksAtTheCheckout() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "livinglytics-checkout-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { TestStack.remove(folder.path) }
        try await TestDatabase.with { test in
            func doctor() async throws -> String {
                try await Binary.run(["doctor"], environment: test.settings(), directory: folder.path).output
            }
            #expect(try await !doctor().contains("git:"))
            try await Shell.run("git init -q", in: folder.path)
            #expect(try await doctor().contains("! git: this checkout has no remote"))
            try await Shell.run("git remote add origin https://user:sesame@git.example/x.git", in: folder.path)
            let output = try await doctor()
            #expect(output.contains("✓ git: this checkout has the remote origin") && !output.contains("sesame"))
        }
    }

    @Test func usersAreListedAndErasedOnlyWhenAsked() async throws {
        try await TestDatabase.with { test in
            let environment = ["DATABASE_URL": test.stack.url(database: test.name)]
            _ = try await Binary.run(["users", "add", "a@x.test"], environment: environment)
            #expect(try await Binary.run(["users", "list"], environment: environment).output.contains("a@x.test"))
            let json = try await Binary.run(["users", "list", "--json"], environment: environment)
            #expect(json.output.contains("\"email\": \"a@x.test\""))
            for email in ["", " ", "a\u{1B}[31m@x.test", String(repeating: "a", count: 321)] {
                #expect(try await Binary.run(["users", "add", email], environment: environment).status == 64)
            }
            let asked = try await Binary.run(["users", "remove", "a@x.test"], environment: environment)
            #expect(asked.status == 64)
            #expect(asked.error.contains("--yes"))
            #expect(try await Binary.run(["users", "list"], environment: environment).output.contains("a@x.test"))
            let removed = try await Binary.run(["users", "remove", "a@x.test", "--yes"], environment: environment)
            #expect(removed.output == "Erased a@x.test: 0 entries, 0 data sources.\n")
            #expect(try await Binary.run(["users", "remove", "a@x.test", "--yes"], environment: environment).status == 67)
        }
    }

    @Test func configShowsWhereSettingsComeFromAndNoSecret() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "livinglytics-config-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { TestStack.remove(folder.path) }
        try Data("FASTAPI_SECRET_KEY=\"sesame in a file\"\nAPP_NAME='From the file'\n".utf8).write(to: folder.appending(path: ".env"))
        let outcome = try await Binary.run(
            ["config"],
            environment: ["DATABASE_URL": "postgresql://u:sesame@h/db", "APP_NAME": "From here"],
            directory: folder.path
        )
        #expect(outcome.status == 0)
        for words in [
            "DATABASE_URL", "***  (environment)", "***  (.env)", "From here  (environment)", "8080  (default)", "SUPABASE_URL", "not set",
        ] {
            #expect(outcome.output.contains(words), "\(words) in \(outcome.output)")
        }
        #expect(!outcome.output.contains("sesame"))
        let json = try await Binary.run(["config", "--json"], environment: ["APP_NAME": "X"], directory: folder.path)
        #expect(json.output.contains("\"from\": \".env\""))
    }

    @Test func unknownWordsAreUsageErrors() async throws {
        #expect(try await Binary.run(["nonsense"]).status == 64)
        #expect(try await Binary.run(["--version"]).output == "0.1.0\n")
    }
}
