// COPY in: what goes in comes back, or nothing went in and the reason is told.
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct CopyTests {
    private static let odd: [String?] = [
        nil, "", "NULL", "\\N", "\\.", "\\", "a\tb", "line\nbreak", "\r\n", "\u{1F980}", "e\u{301}", "\"quoted\",", "\u{1}\u{7F}", "  ",
    ]
    private static func row(_ number: Int) -> [String?] { ["\(number)", odd[number % odd.count], odd[number / 7 % odd.count]] }

    @Test func aHundredThousandOddRowsComeBackTheSame() async throws {
        try await withTable { test, connection in
            var next = 0
            let count = try await connection.copyIn("copy t (n, a, b) from stdin", within: .seconds(20)) {
                guard next < 100_000 else { return nil }
                next += 1
                return Self.row(next)
            }
            #expect(count == 100_000)
            #expect(await connection.isSound)
            let rows = try await connection.query("select n, a, b from t order by n", within: .seconds(20))
            var different = rows.count == 100_000 ? 0 : 1
            for (index, row) in rows.enumerated() {
                let expected = Self.row(index + 1)
                let (a, b): (String?, String?) = (try row.get(1), try row.get(2))
                if try row.get(0) != index + 1 || !same(a, expected[1]) || !same(b, expected[2]) { different += 1 }
            }
            #expect(different == 0)
        }
    }

    @Test(arguments: [(["x", "a", "b"], "22P02"), (["1"], "22P04"), (["1", "a", "b", "c"], "22P04"), (["1", "a\0", "b"], "22021")])
    func aBadRowIsTheServersError(_ bad: [String], _ sqlState: String) async throws {
        try await withTable { test, connection in
            var next = 0
            let answer = await Result {
                try await connection.copyIn("copy t from stdin", within: .seconds(20)) {
                    next += 1
                    return next == 5000 ? bad : next > 20_000 ? nil : Self.row(next)
                }
            }
            guard case .server(let message) = answer.postgresError else {
                Issue.record("\(answer)")
                return
            }
            #expect(message.sqlState == sqlState)
            #expect(message.context?.contains("line 5000") == true)
            try await expectEmptyAndSound(connection)
        }
    }

    @Test(arguments: [1, 5000])
    func theSourcesOwnErrorComesOut(_ row: Int) async throws {
        try await withTable { test, connection in
            var next = 0
            await #expect(throws: Boom()) {
                _ = try await connection.copyIn("copy t from stdin", within: .seconds(20)) {
                    next += 1
                    if next == row { throw Boom() }
                    return Self.row(next)
                }
            }
            try await expectEmptyAndSound(connection)
        }
    }

    /// The source has no end: only the loss of the server ends it.
    @Test func aServerThatEndsInTheMiddleIsTold() async throws {
        try await withTable { test, connection in
            let answer = Task {
                var next = 0
                return await Result {
                    try await connection.copyIn("copy t from stdin", within: .seconds(20)) {
                        next += 1
                        return Self.row(next)
                    }
                }
            }
            try await test.terminateRunning()
            guard case .connectionLost(let cause, _) = await answer.value.postgresError else {
                Issue.record("\(await answer.value)")
                return
            }
            // The pooler notices by reading the server's last words, or by failing to write to it.
            #expect(["57P01", "08P01"].contains(cause?.sqlState))
            #expect(await !connection.isSound)
            #expect(try await test.pool.query("select count(*) from t")[0].get(0) == 0)
        }
    }

    @Test func onlyACopyInIsACopyIn() async throws {
        try await withTable { test, connection in
            for (statement, sqlState) in [("select 1", nil), ("copy nothing from stdin", "42P01")] as [(String, String?)] {
                let answer = await Result { try await connection.copyIn(SQL(unsafe: statement), within: .seconds(20)) { nil } }
                #expect(answer.postgresError?.sqlState == sqlState)
                if sqlState == nil { #expect(answer.postgresError == .misuse("not a COPY … FROM STDIN")) }
                try await expectEmptyAndSound(connection)
            }
            #expect(try await connection.copyIn("copy t from stdin", within: .seconds(20)) { nil } == 0)
        }
    }

    @Test func aCopyBelongsToItsTransaction() async throws {
        try await withTable { test, connection in
            await #expect(throws: Boom()) {
                try await connection.transaction(within: .seconds(20)) { transaction in
                    var rows = [Self.row(1), Self.row(2)]
                    #expect(try await transaction.copyIn("copy t from stdin") { rows.popLast() } == 2)
                    throw Boom()
                }
            }
            try await expectEmptyAndSound(connection)
        }
    }

    private func withTable(_ body: (TestDatabase, Connection) async throws -> Void) async throws {
        try await withDatabase { test in
            _ = try await test.pool.query("create table t (n int, a text, b text)")
            try await body(test, test.connect())
        }
    }

    private func expectEmptyAndSound(_ connection: Connection, at location: SourceLocation = #_sourceLocation) async throws {
        #expect(await connection.isSound, sourceLocation: location)
        let count: Int = try await connection.query("select count(*) from t", within: .seconds(20))[0].get(0)
        #expect(count == 0, sourceLocation: location)
    }

    /// Byte for byte: `==` takes an accent for one however it is written.
    private func same(_ left: String?, _ right: String?) -> Bool {
        left.map { Array($0.utf8) } == right.map { Array($0.utf8) }
    }
}
