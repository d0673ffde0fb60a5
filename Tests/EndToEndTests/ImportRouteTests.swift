// Imports over HTTP, by curl.
import LocalStack
import Postgres
import Storage
import Subprocess
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ImportRouteTests {
    /// A server with a user, and what runs a script against it: `ask PATH [curl's options]` prints the answer and ` [status]`.
    private func serving(
        _ settings: [String: String?] = [:],
        _ body: @escaping @Sendable (TestDatabase, @Sendable (String) async throws -> String) async throws -> Void
    ) async throws {
        try await TestDatabase.with { test in
            _ = try await Users(test.database).add(email: "a@x.test")
            _ = try await RunningBinary.serving(test.settings(settings)) { client in
                let start = """
                    port=\(client.base.split(separator: ":").last ?? "")
                    ask() { curl -s -w ' [%{http_code}]\\n' -H 'Authorization: Bearer \(TestDatabase.serviceKey)' "${@:2}" '\(client.base)'"$1"; }
                    folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"

                    """
                try await body(test) { script in try await Shell.run(start + script, in: "/").output }
            }
        }
    }

    private static let snapshot = "$'# Start date: 20260101\\nNth day,Sessions\\n0000,5\\n\\nChannel,Sessions\\nDirect,5\\n'"

    @Test func aFileGoesInAsItIs() async throws {
        try await serving { test, run in
            let file = ImportTests.fixtures + "gsc-capjamesg-dates.csv"
            let dry = try await run("ask '/v1/imports?user=a@x.test&dry_run=true' --data-binary @\(file)")
            #expect(dry.contains(#""dry_run":true"#) && dry.contains(#""format":"search-console""#) && dry.hasSuffix("[200]\n"), "\(dry)")
            #expect(try await test.database.query("select from livinglytics.imports").isEmpty)
            let packed = try await run(
                "gzip -c \(file) | ask '/v1/imports?user=a@x.test&name=dates.csv' --data-binary @- -H 'Content-Encoding: gzip'"
            )
            #expect(packed.contains(#""sum":3114"#) && packed.hasSuffix("[201]\n"), "\(packed)")
            let again = try await run("ask '/v1/imports?user=a@x.test' --data-binary @\(file)")
            #expect(again.contains(#""entries":0"#) && again.hasSuffix("[201]\n"), "\(again)")
            let list = try await run("ask '/v1/imports?user=a@x.test&limit=1'")
            #expect(list.contains(#""points":267,"entries":0"#) && list.contains(#""next":"2"#), "\(list)")
        }
    }

    @Test func refusalsAreToldTableByTable() async throws {
        try await serving { test, run in
            let some = try await run("printf '%s' \(Self.snapshot) | ask '/v1/imports?user=a@x.test' --data-binary @-")
            #expect(
                some.contains(#""complete":false"#) && some.contains("no column holds the days") && some.hasSuffix("[201]\n"),
                "\(some)"
            )
            let strict = try await run("printf '%s' \(Self.snapshot) | ask '/v1/imports?user=a@x.test&strict=true' --data-binary @-")
            #expect(
                strict.contains(#""code":"import_refused""#) && strict.contains(#""tables":[{"line":2"#) && strict.hasSuffix("[422]\n"),
                "\(strict)"
            )
            let wrong = try await run("ask '/v1/imports?user=a@x.test&currency=Euro' --data-binary x")
            #expect(wrong.contains(#""field":"currency""#) && wrong.hasSuffix("[422]\n"), "\(wrong)")
            let doubled = try await run(
                "ask '/v1/imports?user=a@x.test&source=ga4&account=p' --data-binary $'date,sessions\\n2026-01-01,5\\n'"
            )
            #expect(doubled.contains(#""code":"doubled_points""#) && doubled.hasSuffix("[409]\n"), "\(doubled)")
            let taken = try await run(
                "ask '/v1/imports?user=a@x.test&source=ga4&account=p&take_over=true' --data-binary $'date,sessions\\n2026-01-01,5\\n'"
            )
            #expect(taken.contains(#""withdrawn":1"#) && taken.hasSuffix("[201]\n"), "\(taken)")
        }
    }

    @Test func aKeyMakesARepeatHarmless() async throws {
        try await serving { test, run in
            let ask = "ask '/v1/imports?user=a@x.test&source=x' -H 'Idempotency-Key: k' --data-binary $'date,m\\n2026-01-01,5\\n'"
            let first = try await run(ask)
            #expect(first.hasSuffix("[201]\n"), "\(first)")
            let second = try await run(ask + " -D headers; cat headers")
            #expect(second.contains("[200]") && second.contains("Idempotency-Replayed: true"), "\(second)")
            #expect(second.contains(String(first.dropLast(7))), "the same answer, byte by byte")
            let other = try await run(ask.replacing("source=x", with: "source=y"))
            #expect(other.contains("idempotency_key_reused") && other.hasSuffix("[422]\n"), "\(other)")
            #expect(try await test.database.query("select from livinglytics.imports").count == 1)
        }
    }

    /// What is too long is not read to its end, if at all.
    @Test func sizeHasALimit() async throws {
        try await serving(["IMPORT_LIMIT": "100000"]) { test, run in
            let told = try await run("ask '/v1/imports?user=a@x.test' -X POST -H 'Content-Length: 9000000000000' --max-time 5")
            #expect(told.contains(#""code":"too_large""#) && told.contains("[413]"), "\(told)")
            let row = "2026-01-01,m,1"
            let chunked = try await run(
                "(echo date,metric,value; yes \(row) | head -c 200000) | ask '/v1/imports?user=a@x.test&source=x' -X POST -T -"
            )
            #expect(chunked.contains("[413]"), "\(chunked)")
            let bomb = try await run(
                "(echo date,metric,value; yes \(row) | head -c 50000000) | gzip | ask '/v1/imports?user=a@x.test&source=x' --data-binary @-"
            )
            #expect(bomb.contains("[413]"), "\(bomb)")
            #expect(try await test.database.query("select from metrics").isEmpty)
        }
    }

    private static let id = "7f0b3c1e-0000-4000-8000-000000000001"
    private static let slow = """
        mkfifo body
        status() { ask "/v1/imports/\(id)?user=a@x.test" | grep -o '"status":"[a-z]*"'; }
        ask '/v1/imports?user=a@x.test&source=x&id=\(id)' -X POST -T body > answer & asking=$!
        exec 3> body; echo date,metric,value >&3
        until ask '/v1/imports/\(id)?user=a@x.test' | grep -q '"bytes":18'; do sleep 0.05; done
        status

        """

    @Test func progressIsSeenMeanwhile() async throws {
        try await serving { test, run in
            let told = try await run(Self.slow + "echo 2026-01-01,m,5 >&3; exec 3>&-; wait $asking; cat answer; status")
            #expect(told.contains("\"status\":\"running\"") && told.contains("[201]") && told.contains("\"status\":\"posted\""), "\(told)")
        }
    }

    @Test(arguments: ["kill $asking", "kill -9 $asking"])
    func anImportEndsWithItsRequest(_ end: String) async throws {
        try await serving { test, run in
            let told = try await run(
                Self.slow
                    + "echo 2026-01-01,m,5 >&3; pkill -P $asking; \(end); exec 3>&-; until status | grep -q failed; do sleep 0.05; done; echo failed"
            )
            #expect(told.hasSuffix("failed\n"), "\(told)")
            #expect(try await test.database.query("select from metrics").isEmpty)
        }
    }

    @Test func aBodyThatIsCutOffIsNoFile() async throws {
        try await serving { test, run in
            let told = try await run(
                """
                exec 3<> /dev/tcp/127.0.0.1/$port
                printf 'POST /v1/imports?user=a@x.test&source=x&id=\(Self.id) HTTP/1.1\\r\\nHost: x\\r\\nAuthorization: Bearer \(TestDatabase.serviceKey)\\r\\nContent-Length: 1000\\r\\n\\r\\ndate,m\\n2026-01-01,5\\n' >&3
                until ask '/v1/imports/\(Self.id)?user=a@x.test' | grep -q '"status":"running"'; do sleep 0.05; done
                exec 3>&- 3<&-
                until ask '/v1/imports/\(Self.id)?user=a@x.test' | grep -q '"status":"failed"'; do sleep 0.05; done; echo failed
                """
            )
            #expect(told.hasSuffix("failed\n"), "\(told)")
            #expect(try await test.database.query("select from metrics").isEmpty)
        }
    }

    @Test func anImportWhoseProcessDiedHasFailed() async throws {
        try await TestDatabase.with { test in
            _ = try await Users(test.database).add(email: "a@x.test")
            _ = try await RunningBinary.serving(test.settings()) { client in
                let start = """
                    ask() { curl -s -H 'Authorization: Bearer \(TestDatabase.serviceKey)' "${@:2}" '\(client.base)'"$1"; }
                    cd $(mktemp -d)

                    """
                let told = try await Shell.run(start + Self.slow + "kill -9 \(client.process.value); exec 3>&-", in: "/").output
                #expect(told.contains("running"), "\(told)")
            }
            _ = try await RunningBinary.serving(test.settings()) { client in
                let told = try await Shell.run(
                    "until curl -s -H 'Authorization: Bearer \(TestDatabase.serviceKey)' '\(client.base)/v1/imports/\(Self.id)?user=a@x.test' "
                        + "| grep 'the process that ran it is gone'; do sleep 0.2; done",
                    in: "/"
                ).output
                #expect(told.contains(#""status":"failed""#), "\(told)")
            }
        }
    }

    @Test func anImportIsTakenBack() async throws {
        try await serving { test, run in
            let script = """
                ask '/v1/imports?user=a@x.test&source=x' --data-binary $'date,m\\n2026-01-01,5\\n2026-01-02,6\\n' > /dev/null
                ask '/v1/imports?user=a@x.test&source=x&id=\(Self.id)' --data-binary $'date,m\\n2026-01-01,7\\n2026-01-02,8\\n' > /dev/null
                ask '/v1/imports?user=a@x.test&source=x' --data-binary $'date,m\\n2026-01-02,9\\n' > /dev/null
                ask '/v1/imports/\(Self.id)/undo?user=a@x.test' -X POST
                ask '/v1/imports/\(Self.id)/undo?user=a@x.test' -X POST
                ask '/v1/imports/\(Self.id)?user=a@x.test'
                """
            let told = try await run(script)
            #expect(
                told.contains(#""restored":1,"left":1,"points_left":[{"metric":"m","source":"x","account":"","day":"2026-01-02"}]} [201]"#),
                "\(told)"
            )
            #expect(told.contains(#""code":"undone"} [409]"#) && !told.contains(#""undone_by":null"#), "\(told)")
            let values: [String] = try await test.database.query("select value from livinglytics.points order by metric_date").map {
                try $0.get(0)
            }
            #expect(values == ["5", "9"])
        }
    }

    /// A map in the query, and the state in the answer.
    @Test func aTapsStreamGoesIn() async throws {
        try await serving { test, run in
            let told = try await run(
                """
                map='{"streams": {"s": {"source": "crm", "date": "day", "metrics": {"contacts": "n"}}}}'
                ask '/v1/imports?user=a@x.test' --url-query "stream_map=$map" --data-binary '{"type": "SCHEMA", "stream": "s", "key_properties": ["day"], "schema": {"properties": {"day": {}, "n": {}}}}
                {"type": "RECORD", "stream": "s", "record": {"day": "2026-01-01", "n": 5}}
                {"type": "STATE", "value": {"a": 1.0}}
                '
                """
            )
            #expect(told.contains(#""state":{"a": 1.0}} [201]"#), "\(told)")
            #expect(try await test.database.query("select from metrics").count == 1)
        }
    }
}
