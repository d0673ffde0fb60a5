// TLS records as large as there are: libpq can leave a part of one in OpenSSL, where waiting for the socket waits for ever.
import Postgres
import Subprocess
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct RecordsTests {
    @Test func answersInFullRecordsDoNotStall() async throws {
        try await withServer { connection in
            // Some shapes of an answer stall and others do not: 13 rows of 2,400 bytes do.
            for rows in 1...60 {
                for width in [2400, 5461, 16_000] {
                    let answer = try await connection.query("select \(unsafe: "\(rows), \(width)")", within: .seconds(10))
                    #expect(answer.count == rows)
                    #expect(try answer[rows - 1].get(0, as: String.self).utf8.count == width)
                }
            }
        }
    }

    /// Old Supavisors have given what follows a second Sync to somebody else. The server tells how many it saw before the rows had ended.
    @Test func aCopyBringsNoSyncOfItsOwn() async throws {
        try await withServer { connection in
            var rows = 3
            let syncs = try await connection.copyIn("copy t from stdin", within: .seconds(10)) {
                rows -= 1
                return rows < 0 ? nil : ["x"]
            }
            #expect(syncs == 0)
            #expect(await connection.isSound)
            #expect(try await connection.query("select 1, 5", within: .seconds(10)).count == 1)
        }
    }

    private func withServer(_ body: @Sendable @escaping (Connection) async throws -> Void) async throws {
        let server = try await Subprocess.run(
            .name("python3"),
            arguments: ["-B", "\(TestStack.checkout)/Tests/records/server.py"],
            input: .none,
            output: .sequence,
            error: .combinedWithOutput
        ) { execution in
            let first = try await execution.standardOutput.strings().first { _ in true }
            let answers = await Result { try await Self.connected(to: #require(first.flatMap { Int($0) }), body) }
            try execution.send(signal: .terminate)
            try answers.get()
        }
        #expect(server.terminationStatus == .signaled(15))
    }

    private static func connected(to port: Int, _ body: (Connection) async throws -> Void) async throws {
        let url = try ConnectionURL("postgresql://a:b@127.0.0.1:\(port)/a?sslmode=require")
        let connection = try await Connection.connect(to: url, within: .seconds(20))
        try await body(connection)
        await connection.close()
    }
}
