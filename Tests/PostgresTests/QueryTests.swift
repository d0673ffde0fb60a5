// Answers: typed, exact, of any size.
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct QueryTests {
    @Test func rowsAreTyped() async throws {
        try await withDatabase { test in
            let rows = try await test.pool.query(
                """
                select 1::int, (-9223372036854775808)::bigint, 'text', true, false, null::text, null::int, '{1,2}'::int[], '{}'::text[]
                union all select 2, 0, '', null, null, 'x', 5, null, null
                """
            )
            #expect((rows.count, rows.affected) == (2, 2))
            let first = rows[0]
            #expect(try first.get(0) == 1)
            #expect(try first.get(1) == Int64.min)
            #expect(try first.get(2) == "text")
            #expect(try first.get(3) == true)
            #expect(try first.get(4) == false)
            let (none, noNumber): (String?, Int?) = (try first.get(5), try first.get(6))
            #expect((none, noNumber) == (nil, nil))
            #expect(try first.get(7) == [1, 2])
            #expect(try first.get(8) == [String]())
            let (some, number, empty): (String?, Int?, String) = (try rows[1].get(5), try rows[1].get(6), try rows[1].get(2))
            #expect((some, number, empty) == ("x", 5, ""))
        }
    }

    @Test(arguments: [
        ("123456789012345678901234567890.123456789012345678901234567891", "numeric"), ("0.30000000000000000000", "numeric"),
        ("-0.000000000000000000000000000000000000000000000000000000000001", "numeric"), ("1e-7", "text"),
    ])
    func decimalsKeepEveryDigit(_ digits: String, _ type: String) async throws {
        try await withDatabase { test in
            let rows = try await test.pool.query("select \(digits)::\(unsafe: type), 0.1 + 0.2, 0.1::numeric * 3 = 0.3")
            #expect(try rows[0].get(0) == digits)
            #expect(try rows[0].get(1) == "0.3")
            #expect(try rows[0].get(2) == true)
        }
    }

    @Test func decodingErrorsNameColumnAndType() async throws {
        try await withDatabase { test in
            let rows = try await test.pool.query("select 'abc', null::int, 1, array[1, null], '2'")
            let row = rows[0]
            #expect(throws: PostgresError.decoding(column: 0, expected: "Int")) { try row.get(0, as: Int.self) }
            #expect(throws: PostgresError.decoding(column: 0, expected: "Int")) { try row.get(0, as: Int?.self) }
            #expect(throws: PostgresError.decoding(column: 1, expected: "Int")) { try row.get(1, as: Int.self) }
            #expect(throws: PostgresError.decoding(column: 2, expected: "Bool")) { try row.get(2, as: Bool.self) }
            #expect(throws: PostgresError.decoding(column: 3, expected: "Array<Int>")) { try row.get(3, as: [Int].self) }
            #expect(throws: PostgresError.decoding(column: 5, expected: "there")) { try row.get(5, as: String.self) }
            #expect(throws: PostgresError.decoding(column: -1, expected: "there")) { try row.get(-1, as: String.self) }
            #expect("\(PostgresError.decoding(column: 0, expected: "Int"))" == "column 0 of the answer is not Int")
        }
    }

    @Test func commandsCountTheirRows() async throws {
        try await withDatabase { test in
            let connection = try await test.connect()
            #expect(try await connection.query("create table t (a int)", within: .seconds(20)).affected == 0)
            #expect(try await connection.query("insert into t select generate_series(1, 5)", within: .seconds(20)).affected == 5)
            #expect(try await connection.query("delete from t where a > 3", within: .seconds(20)).affected == 2)
            #expect(try await connection.query("", within: .seconds(20)).isEmpty)
            let last = try await connection.runScript("delete from t; select 1; select 2, 3 as b;", within: .seconds(20))
            #expect(last.columns == ["?column?", "b"])
        }
    }

    /// Some 1,300 TLS records: libpq must be asked until it wants more before the socket is waited for.
    @Test func largeAnswers() async throws {
        try await withDatabase { test in
            let rows = try await test.pool.query("select md5(i::text), repeat(md5(i::text), 32768) from generate_series(1, 20) as i")
            #expect(rows.count == 20)
            for row in rows {
                let (short, long): (String, String) = (try row.get(0), try row.get(1))
                #expect(long.utf8.count == 1 << 20)
                #expect(long == String(repeating: short, count: 32768))
            }
            let many = try await test.pool.query("select i from generate_series(1, 100000) as i")
            #expect(try many.reduce(0) { try $0 + $1.get(0, as: Int.self) } == 5_000_050_000)
        }
    }

    @Test func largeParameters() async throws {
        try await withDatabase { test in
            let large = String(repeating: "0123456789abcdeä", count: 8 << 16)
            let row = try await test.pool.query("select \(large)::text, md5(\(large)::text), length(\("x" + large)::text)")[0]
            #expect(try row.get(0) == large)
            #expect(try row.get(2) == 8 << 20 + 1)
        }
    }
}
