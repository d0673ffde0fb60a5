// The text of arrays: what is written is read back, and PostgreSQL agrees.
import Postgres
import TestSupport
import Testing

@testable import Postgres

@Suite struct ArrayTextTests {
    static let nasty: [String?] = [
        nil, "", " ", "NULL", "null", "\"", "\\", "\\\"", "\"\"", ",", "{", "}", "{}", "{\"a\"}", "a,b", "\n", "\r\n", "\t", "'",
        "\u{0301}",
        "e\u{301}", "\u{1F468}\u{200D}\u{1F469}", "\u{FEFF}", "\\N", "  padded  ", "ä\\ö\"ü", "\u{10FFFF}", "\u{1}",
    ]

    /// Lists of random length from the nasty ones and from what they are made of.
    static func lists(_ count: Int, seed: UInt64) -> [[String?]] {
        var random = Seeded(seed)
        return (0..<count).map { _ in
            (0..<Int.random(in: 0...6, using: &random)).map { _ in
                if Bool.random(using: &random) { return nasty.randomElement(using: &random) ?? nil }
                return (0..<Int.random(in: 0...5, using: &random)).map { _ in nasty.randomElement(using: &random)?.flatMap { $0 } ?? "" }
                    .joined()
            }
        }
    }

    @Test func roundTrip() {
        for list in [Self.nasty] + Self.lists(2000, seed: 1) {
            let text = ArrayText.encode(list)
            #expect(ArrayText.decode(text).map(bytes) == bytes(list), "\(text)")
        }
    }

    @Test func postgreSQLReadsAndWritesTheSame() async throws {
        try await withDatabase { test in
            for list in [Self.nasty] + Self.lists(60, seed: 2) {
                let text = ArrayText.encode(list)
                let rows = try await test.pool.query("select \(text)::text[], cardinality(\(text)::text[])")
                let echoed: String = try rows[0].get(0)
                #expect(ArrayText.decode(echoed).map(bytes) == bytes(list), "\(text)")
                #expect(try rows[0].get(1) == list.count)
            }
        }
    }

    @Test(
        arguments: [
            ("{1,2}", ["1", "2"]), ("{NULL,\"NULL\"}", [nil, "NULL"]), ("{}", []), ("{\"\"}", [""]), ("{a\\,b}", ["a,b"]),
        ] as [(String, [String?])]
    )
    func reads(_ text: String, _ expected: [String?]) {
        #expect(ArrayText.decode(text) == expected)
    }

    @Test(arguments: ["", "1", "{", "{1", "{\"1}", "{1}x", "{\"a\\", "{{1,2},{3,4}}", "{{1}}", "[2:3]={1,2}", " {1}"])
    func refuses(_ text: String) {
        #expect(ArrayText.decode(text) == nil)
    }

    /// Numbers are read from bytes; whatever is no plain number goes the long way.
    @Test(
        arguments: [
            ("{}", []), ("{0}", [0]), ("{-1,20}", [-1, 20]), ("{\"7\",8}", [7, 8]),
            ("{-9223372036854775808,9223372036854775807}", [.min, .max]), ("{9223372036854775808}", nil), ("{-9223372036854775809}", nil),
            ("{1,NULL}", nil), ("{1,}", nil), ("{,1}", nil), ("{-}", nil), ("{1},2}", nil), ("{1", nil), ("{{1}}", nil), ("{1x}", nil),
        ] as [(String, [Int]?)]
    )
    func readsNumbers(_ text: String, _ expected: [Int]?) {
        #expect([Int](postgresText: text) == expected)
    }

    private func bytes(_ list: [String?]) -> [[UInt8]?] {
        list.map { $0.map { Array($0.utf8) } }
    }
}
