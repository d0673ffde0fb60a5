// Taps, piped into the binary: official clients, a suite that was written elsewhere, signals.
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

@Suite(.timeLimit(.minutes(15))) struct StreamTests {
    private func python(_ command: String, _ test: TestDatabase) async throws -> (output: String, status: Int32) {
        let environment = [
            "DATABASE_URL": test.stack.url(database: test.name), "LIVINGLYTICS_BINARY": try Binary.path, "SINGER_USER": "owner@x.test",
            "PYTHONDONTWRITEBYTECODE": "1",
        ]
        return try await Shell.run(
            "\(TestStack.checkout)/.venv/bin/python \(command)",
            in: TestStack.checkout + "/Tests/singer",
            environment: environment
        )
    }

    @Test(arguments: ["suite.py", "real_taps.py"])
    func clientsWrittenElsewhere(_ file: String) async throws {
        try await TestDatabase.with { test in
            let outcome = try await python("-m pytest -q -p no:cacheprovider \(file)", test)
            #expect(outcome.status == 0, "\(outcome.output)")
            #expect(outcome.output.contains(" passed") && !outcome.output.contains("skipped"), "\(outcome.output)")
        }
    }

    private struct Kills: Decodable {
        let kills, points, sum, entries, expected: Int
    }

    @Test func notAPointIsLostOrDoubledByKills() async throws {
        try await TestDatabase.with { test in
            _ = try await Users(test.database).add(email: "owner@x.test")
            let outcome = try await python("kills.py $LIVINGLYTICS_BINARY owner@x.test 250000", test)
            #expect(outcome.status == 0, "\(outcome.output)")
            let told = try JSONDecoder().decode(Kills.self, from: Data(outcome.output.utf8))
            #expect(told.kills >= 2, "\(outcome.output)")
            #expect(told.points == 250_000 && told.entries == 250_000 && told.sum == told.expected, "\(outcome.output)")
            #expect(try await TotalsCheck(test.database).examine().wrong == 0)
        }
    }

    private static let start = """
        cat > map.yaml <<'MAP'
        streams: {s: {source: crm, date: day, metrics: {contacts: n}}}
        MAP
        schema='{"type": "SCHEMA", "stream": "s", "key_properties": ["day"], "schema": {"properties": {"day": {}, "n": {}}}}'
        record() { printf '{"type": "RECORD", "stream": "s", "record": {"day": "2026-01-%02d", "n": %s}}\\n' "$1" "$2"; }
        target() { "$BINARY" import - --format singer --map-file map.yaml --user owner@x.test "$@"; }

        """

    private func shell(_ script: String, _ test: TestDatabase) async throws -> (output: String, status: Int32) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "stream-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { do { try FileManager.default.removeItem(at: folder) } catch {} }
        let environment = ["DATABASE_URL": test.stack.url(database: test.name), "BINARY": try Binary.path]
        return try await Shell.run(Self.start + script, in: folder.path, environment: environment)
    }

    private func points(_ test: TestDatabase) async throws -> [String] {
        try await test.database.query(
            "select to_char(metric_date, 'DD') || '=' || value from livinglytics.points order by 1"
        ).map { try $0.get(0) }
    }

    /// The tap says nothing more and keeps the pipe open: what it has said is stored, and the state is handed over.
    @Test func aSignalEndsItWhole() async throws {
        try await TestDatabase.with { test in
            _ = try await Users(test.database).add(email: "owner@x.test")
            let outcome = try await shell(
                """
                mkfifo tap
                "$BINARY" import - --format singer --map-file map.yaml --user owner@x.test < tap > states 2> log & pid=$!
                exec 3> tap
                { echo "$schema"; record 1 5; record 2 6; echo '{"type": "STATE", "value": {"done": 2}}'; record 3 7; } >&3
                # It has read all of it when the list says so.
                until "$BINARY" imports --user owner@x.test --json | grep -q '"rows": 3'; do sleep 0.1; done
                kill -TERM $pid; wait $pid; echo "status $?"; cat states; cat log
                """,
                test
            )
            #expect(outcome.output.hasPrefix("status 75\n{\"done\": 2}\n"), "\(outcome.output)")
            #expect(outcome.output.contains("ended before the end of its input"))
            #expect(try await points(test) == ["01=5", "02=6", "03=7"])
        }
    }

    @Test func badRecordsDoNotStopTheOthersUpToALimit() async throws {
        try await TestDatabase.with { test in
            _ = try await Users(test.database).add(email: "owner@x.test")
            let script = """
                { echo "$schema"; record 1 5; record 40 1; record 2 '"x"'; echo '{"type": "STATE", "value": 1}'; record 3 6;
                  echo '{"type": "STATE", "value": 2}'; } > stream
                """
            let outcome = try await shell(script + "\ntarget < stream 2> log; echo status $?; cat log", test)
            #expect(outcome.output.contains("2\nstatus 65\n"), "\(outcome.output)")
            #expect(outcome.output.contains("quarantined: line 3: \"2026-01-40\" in its field \"day\" is no day"), "\(outcome.output)")
            #expect(try await points(test) == ["01=5", "03=6"])
            let kept: [String] = try await test.database.query(
                "select line || ' ' || stream || ' ' || reason from livinglytics.quarantined order by line"
            ).map { try $0.get(0) }
            #expect(
                kept == [
                    "3 s \"2026-01-40\" in its field \"day\" is no day: YYYY-MM-DD was expected",
                    "4 s \"x\" in its field \"n\" is no number",
                ]
            )

            let limited = try await shell(script + "\ntarget --quarantine-limit 1 < stream 2> log; echo status $?; cat log", test)
            #expect(limited.output.contains("status 65") && limited.output.contains("2 records can't be taken"), "\(limited.output)")
            #expect(!limited.output.contains("\n2\nstatus"), "no state passes what was not read")
        }
    }

    /// A version withdraws what it has not, and no state is handed over in the middle of one.
    @Test func aNewVersionReplaces() async throws {
        try await TestDatabase.with { test in
            _ = try await Users(test.database).add(email: "owner@x.test")
            let script = """
                sed -i 's/metrics/versions: replace, metrics/' map.yaml
                versioned() { printf '{"type": "RECORD", "stream": "s", "version": %s, "record": {"day": "2026-01-%02d", "n": %s}}\\n' "$1" "$2" "$3"; }
                activate() { echo "{\\"type\\": \\"ACTIVATE_VERSION\\", \\"stream\\": \\"s\\", \\"version\\": $1}"; }
                state() { echo "{\\"type\\": \\"STATE\\", \\"value\\": $1}"; }
                "$BINARY" import - --user owner@x.test --source crm <<< $'date,contacts\\n2026-02-01,9' > /dev/null 2>&1

                """
            let first = try await shell(
                script + "{ echo \"$schema\"; versioned 1 1 5; versioned 1 2 6; state 1; activate 1; state 2; } | target 2>/dev/null",
                test
            )
            #expect(first.output == "2\n", "\(first.output)")
            let cut = try await shell(script + "{ echo \"$schema\"; versioned 2 1 5; state 3; } | target 2>/dev/null", test)
            #expect(cut.output == "", "\(cut.output)")
            #expect(try await points(test) == ["01=5", "01=9", "02=6"])
            let second = try await shell(script + "{ echo \"$schema\"; versioned 2 1 5; activate 2; state 4; } | target 2>/dev/null", test)
            #expect(second.output == "4\n", "\(second.output)")
            // The day of February was never the stream's.
            #expect(try await points(test) == ["01=5", "01=9"])
        }
    }

    @Test func aLookWritesNothing() async throws {
        try await TestDatabase.with { test in
            _ = try await Users(test.database).add(email: "owner@x.test")
            let outcome = try await shell(
                #"{ echo "$schema"; record 1 5; echo '{"type": "STATE", "value": 1}'; } > stream; "$BINARY" import stream --dry-run --user owner@x.test"#,
                test
            )
            #expect(outcome.output.contains("stream s: 1 records, passed over: not in the map"), "\(outcome.output)")
            let mapped = try await shell(
                #"{ echo "$schema"; record 1 5; echo '{"type": "STATE", "value": 1}'; } | target --dry-run 2>&1"#,
                test
            )
            #expect(mapped.output.contains("Would post 1 entries for 1 points."), "\(mapped.output)")
            #expect(try await test.database.query("select from livinglytics.imports").isEmpty)
        }
    }

    /// What could not be posted is passed by no state, whatever comes after it.
    @Test func noStatePassesAPostingThatFailed() async throws {
        try await TestDatabase.with { test in
            _ = try await Users(test.database).add(email: "owner@x.test")
            let outcome = try await shell(
                """
                sed -i 's/source: crm/source: crm, account: [shop]/' map.yaml
                shop() { printf '{"type": "RECORD", "stream": "s", "record": {"day": "2026-01-%02d", "n": %s, "shop": "a"}}\\n' "$1" "$2"; }
                "$BINARY" import - --user owner@x.test --source crm <<< $'date,contacts\\n2026-01-01,9' > /dev/null 2>&1
                { echo "$schema"; shop 1 5; echo '{"type": "STATE", "value": 1}'; shop 2 6; echo '{"type": "STATE", "value": 2}'; } > stream
                target < stream 2> log; echo "status $?"; cat log
                """,
                test
            )
            #expect(outcome.output.hasPrefix("status 65\n"), "\(outcome.output)")
            #expect(outcome.output.contains("values that were posted without an account"), "\(outcome.output)")
            #expect(try await points(test) == ["01=9"])
        }
    }

    /// A shop's new version takes nothing of another shop's, nor what somebody posted since.
    @Test func aVersionReplacesItsOwn() async throws {
        try await TestDatabase.with { test in
            _ = try await Users(test.database).add(email: "owner@x.test")
            let script = """
                sed -i 's/metrics/versions: replace, metrics/' map.yaml
                sync() { account=$1; version=$2; shift 2; { echo "$schema"
                  for day; do printf '{"type": "RECORD", "stream": "s", "version": %s, "record": {"day": "2026-01-%02d", "n": 5}}\\n' $version $day; done
                  echo "{\\"type\\": \\"ACTIVATE_VERSION\\", \\"stream\\": \\"s\\", \\"version\\": $version}"; } | target --account $account 2> log; }
                sync shop1 1 1 2; sync shop2 2 1 2
                "$BINARY" import - --user owner@x.test --source crm --account shop2 <<< $'date,contacts\\n2026-01-02,9' > /dev/null 2>&1
                sync shop2 3 3
                """
            _ = try await shell(script, test)
            let there: [String] = try await test.database.query(
                "select account_ref || ' ' || to_char(metric_date, 'DD') || '=' || value from livinglytics.points order by 1"
            ).map { try $0.get(0) }
            #expect(there == ["shop1 01=5", "shop1 02=5", "shop2 02=9", "shop2 03=5"])
        }
    }

    @Test func twoStreamsWithTwoValuesAreRefused() async throws {
        try await TestDatabase.with { test in
            _ = try await Users(test.database).add(email: "owner@x.test")
            let outcome = try await shell(
                """
                echo 'streams: {s: {source: crm, date: day, metrics: {contacts: n}}, t: {source: crm, date: day, metrics: {contacts: n}}}' > map.yaml
                { echo "$schema"; echo "${schema/\\"s\\"/\\"t\\"}"; record 1 5; record 1 6 | sed 's/"s"/"t"/'; } | target 2> log; echo "status $?"; cat log
                """,
                test
            )
            #expect(outcome.output.hasPrefix("status 65"), "\(outcome.output)")
            #expect(
                outcome.output.contains("the stream \"t\" has another value for contacts of \"crm\" on 2026-01-01 than the stream \"s\""),
                "\(outcome.output)"
            )
        }
    }
}
