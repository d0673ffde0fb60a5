// Interpolation: values become parameters, and nothing else can.
import Postgres
import TestSupport
import Testing

@Suite struct SQLTests {
    @Test func valuesAreBoundInOrder() {
        let (name, count, flag) = ("o'clock; drop table users; --", 7, true)
        let sql: SQL = "select * from t where a = \(name) and b = \(count) and c = \(flag) and d = \("literal")"
        #expect(sql.text == "select * from t where a = $1 and b = $2 and c = $3 and d = $4")
        #expect(sql.parameters == [name, "7", "true", "literal"])
    }

    @Test func nilIsNull() {
        let (nothing, something): (String?, Int?) = (nil, 3)
        let sql: SQL = "values (\(nothing), \(something))"
        #expect(sql.text == "values ($1, $2)")
        #expect(sql.parameters == [nil, "3"])
    }

    @Test func arraysAreOneParameter() {
        let sql: SQL = "select \([1, 2])::int[], \(["a\"b", "NULL"])::text[], \([String]())::text[]"
        #expect(sql.text == "select $1::int[], $2::text[], $3::text[]")
        #expect(sql.parameters == [#"{"1","2"}"#, #"{"a\"b","NULL"}"#, "{}"])
    }

    @Test func fragmentsAreRenumbered() {
        let inner: SQL = "b = \(2) or c = \(3)"
        let none: SQL = "true"
        let outer: SQL = "select \(1) where (\(inner)) and \(none) and d = \(4) and (\(inner))"
        #expect(outer.text == "select $1 where (b = $2 or c = $3) and true and d = $4 and (b = $5 or c = $6)")
        #expect(outer.parameters == ["1", "2", "3", "4", "2", "3"])
    }

    @Test func identifiersAreQuoted() {
        let sql: SQL = "select \(identifier: "we\"ird; --") from \(identifier: "T")"
        #expect(sql.text == #"select "we""ird; --" from "T""#)
        #expect(sql.parameters.isEmpty)
        // An accent does not hide a quote.
        let accented: SQL = "\(identifier: "a\"\u{301}; --")"
        #expect(Array(accented.text.utf8) == Array("\"a\"\"\u{301}; --\"".utf8))
    }

    @Test func rawTextMustSayUnsafe() {
        let sql: SQL = "select \(unsafe: "1 + 1") from t where a = \(5)"
        #expect(sql.text == "select 1 + 1 from t where a = $1")
        #expect(SQL(unsafe: "select '$1'").text == "select '$1'")
    }

    @Test func valuesMeanTheSameOnTheServer() async throws {
        try await withDatabase { test in
            let (nasty, missing): (String, String?) = ("o'clock \\ \" $1 \u{1F980} e\u{301}\t\r\n", nil)
            let rows = try await test.pool.query(
                """
                select \(nasty)::text, \(missing)::text is null, \(["a,b", nasty, ""])::text[], \(identifier: "we\"ird")
                from (values (1)) as v (\(identifier: "we\"ird"))
                """
            )
            let (text, isNull, list): (String, Bool, [String]) = (try rows[0].get(0), try rows[0].get(1), try rows[0].get(2))
            #expect(Array(text.utf8) == Array(nasty.utf8))
            #expect(isNull)
            #expect(list.map { Array($0.utf8) } == ["a,b", nasty, ""].map { Array($0.utf8) })
            #expect(rows.columns.last == "we\"ird")
        }
    }

    /// C strings end at NUL: what comes after it must not be lost without a word.
    @Test func aNULIsRefusedAsPostgreSQLRefusesIt() async throws {
        try await withDatabase { test in
            let connection = try await test.connect()
            let error = await #expect(throws: PostgresError.self) {
                _ = try await connection.query("select \("admin\0rest")::text", within: .seconds(20))
            }
            #expect(error?.sqlState == "22021")
            await #expect(throws: PostgresError.self) {
                _ = try await connection.query(SQL(unsafe: "select 1\0; select 2"), within: .seconds(20))
            }
            await #expect(throws: PostgresError.self) { _ = try await connection.runScript("select 1\0", within: .seconds(20)) }
            #expect(await connection.isSound)
        }
    }
}
