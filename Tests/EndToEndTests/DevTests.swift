// `make run`, without the build: everything on this machine, and away again.
import LocalStack
import Subprocess
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(10))) struct DevTests {
    /// A stack's directory of its own.
    private func withDirectory(_ body: (String) async throws -> Void) async throws {
        let directory = "/var/tmp/livinglytics-dev-\(UInt32.random(in: 0 ... .max))"
        defer { TestStack.remove(directory) }
        try await body(directory)
    }

    private func dev(
        _ directory: String,
        stopBy signal: Signal = .interrupt,
        _ body: @escaping @Sendable (RunningBinary) async throws -> Void = { _ in }
    ) async throws -> RunningBinary.Ended<Void> {
        try await RunningBinary.with(
            ["dev", "--directory", directory, "--port", "18080"],
            environment: ["DATABASE_URL": "postgresql://nobody@192.0.2.1/none"],
            stopBy: signal
        ) { running in
            guard await running.log.first(where: { $0.contains("both entries are kept") }) != nil else {
                throw NotServing(log: running.log.text)
            }
            try await body(running)
        }
    }

    private func key(in log: String) -> String? {
        log.firstMatch(of: /Service key: +([0-9a-f]+)/).map { String($0.1) }
    }

    /// The code signs in whoever sits at this machine and nobody behind a proxy on it, and is written to the terminal alone.
    @Test func theSignInCodeIsForThisMachineAndNeverLogged() async throws {
        try await withDirectory { directory in
            let log = directory + ".log"
            let dev = try await RunningBinary.with(
                program: "/bin/bash",
                ["-c", "exec \"$0\" dev --directory \(directory) --port 18080 2> \(log)", try Binary.path]
            ) { running in
                let welcome = await running.log.first { $0.contains("#code=") }
                let link = try #require(welcome?.firstMatch(of: /(http:\S+)\/docs#code=(\w+)/))
                let exchange = "curl -s -o /dev/null -w '%{http_code} ' -d '{\"code\":\"\(link.2)\"}' \(link.1)/v1/session"
                for header in ["X-Forwarded-For: 192.0.2.1", "X-Real-IP: 192.0.2.1", "Via: 1.1 proxy", "Host: numbers.example.com"] {
                    #expect(try await Shell.run("\(exchange) -H '\(header)'", in: "/").output == "401 ", "\(header)")
                }
                #expect(try await Shell.run("\(exchange); \(exchange)", in: "/").output == "201 401 ")
                let written = try await Shell.run("cat \(log); rm \(log)", in: "/").output
                #expect(written.contains("PostgreSQL is ready") && !written.contains(link.2), "\(written)")
            }
            #expect(dev.status == 0)
        }
    }

    @Test func itServesWhatItPrintsAndKeepsDataAndKey() async throws {
        try await withDirectory { directory in
            let first = try await dev(directory) { running in
                let lines = running.log.text.split(separator: "\n")
                let curls = lines.filter { $0.hasPrefix("  curl ") }
                #expect(curls.count == 3)
                var answers: [String] = []
                for curl in curls { answers.append(try await Shell.run(String(curl), in: "/").output) }
                #expect(answers[0].contains("\"ready\":true"))
                #expect(answers[1] == "{\"created\":true}")
                #expect(answers[2].contains("\"sessions\":3") && !answers[2].contains("\"ig_reach\":0,"), "\(answers[2])")
                let link = try #require(running.log.text.firstMatch(of: /http:\S+#code=\w+/)).output
                let browser = "\(SupabaseStandIn.python) -B \(TestStack.checkout)/Tests/browser/sign_in.py '\(link)'"
                let signedIn = try await Shell.run(browser, in: "/")
                #expect(signedIn.status == 0, "\(signedIn.output)")
                // The last line points at the restated day, with a command that shows both entries.
                let last = try #require(lines.last)
                let command = try #require(last.firstRange(of: "psql ").map { last[$0.lowerBound...] })
                let shown = try await Shell.run(String(command), in: "/").output
                #expect(shown.contains("(2 rows)") || shown.contains("(3 rows)"), "\(shown)")
                #expect(shown.contains("made up: a preliminary figure"))
            }
            #expect(first.status == 0)
            #expect(first.log.contains("DATABASE_URL and .env are ignored"))
            #expect(first.log.contains("analytics.usa.gov") && first.log.contains("made up"))
            #expect(first.log.contains("Stopped."))

            let second = try await dev(directory) { running in
                let seed = try #require(running.log.text.split(separator: "\n").first { $0.contains("seed-user") })
                #expect(try await Shell.run(String(seed), in: "/").output == "{\"created\":false}")
            }
            #expect(second.status == 0)
            #expect(key(in: second.log) != nil && key(in: second.log) == key(in: first.log))
        }
    }

    @Test func aKilledRunDoesNotHinderTheNext() async throws {
        try await withDirectory { directory in
            let killed = try await dev(directory, stopBy: .kill)
            #expect(killed.status == 128 + 9)
            let next = try await dev(directory)
            #expect(next.status == 0, "\(next.log)")
        }
    }

    @Test func aTakenPortIsSaidAndTheNextIsUsed() async throws {
        try await withDirectory { one in
            try await withDirectory { other in
                let ended = try await dev(one) { _ in
                    let second = try await dev(other)
                    let said = try #require(second.log.firstMatch(of: /Port (\d+) is taken; serving on (\d+)\./))
                    #expect(said.1 == "18080")
                    #expect(second.log.contains("running:  http://127.0.0.1:\(said.2)"))
                }
                #expect(ended.status == 0)
            }
        }
    }

    @Test func aSecondRunInTheSameDirectoryIsRefusedInWords() async throws {
        try await withDirectory { directory in
            _ = try await dev(directory) { _ in
                let outcome = try await Binary.run(["dev", "--directory", directory])
                #expect(outcome.status == 69)
                #expect(outcome.error.contains("already"), "\(outcome.error)")
            }
        }
    }

    @Test func aCommandRunsWithTheStackAroundIt() async throws {
        try await withDirectory { directory in
            let script = "echo $DATABASE_URL | sed s/:[^:@]*@/@/; exit 3"
            let outcome = try await Binary.run(["dev", "--directory", directory, "--", "sh", "-c", script])
            #expect(outcome.status == 3)
            #expect(outcome.output.contains("postgresql+psycopg://postgres@127.0.0.1:"), "\(outcome.output)\(outcome.error)")
        }
    }
}
