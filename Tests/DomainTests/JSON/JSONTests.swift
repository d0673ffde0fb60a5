// JSON: exact numbers, order of keys, escapes, both styles.

import Domain
import Testing

@Suite struct JSONTests {
    @Test(
        arguments: [
            (nil, "null"), (true, "true"), (false, "false"), (-12, "-12"), ("", "\"\""), ([], "[]"), ([:], "{}"),
            ([1, [2, []], "x"], "[1,[2,[]],\"x\"]"),
            (["b": 1, "a": [nil, ["c": false]]], "{\"b\":1,\"a\":[null,{\"c\":false}]}"),
            ("a\"b\\c/d", "\"a\\\"b\\\\c/d\""),
            ("\u{8}\t\n\u{C}\r\0\u{1}\u{1F}\u{7F}", "\"\\b\\t\\n\\f\\r\\u0000\\u0001\\u001f\u{7F}\""),
            ("é😀\u{2028}", "\"é😀\u{2028}\""), ("\r\n", "\"\\r\\n\""),
            (["ke\"y": "v"], "{\"ke\\\"y\":\"v\"}"),
        ] as [(JSON, String)]
    )
    func encodesCompactly(value: JSON, text: String) {
        #expect(value.description == text)
    }

    @Test func writesDecimalsOfAnyLength() throws {
        let digits = String(repeating: "1234567890", count: 10) + ".000000000000000000000000000000000001"
        let number = try #require(ExactDecimal(digits))
        #expect(JSON.array([.number(number), .integer(.min)]).description == "[\(digits),-9223372036854775808]")
    }

    @Test func encodesPrettily() {
        let value: JSON = ["status": "ok", "tiles": ["sessions": 1, "none": [:]], "list": [1, "two \(3)", []]]
        #expect(
            String(decoding: value.encoded(.pretty), as: UTF8.self) == """
                {
                  "status": "ok",
                  "tiles": {
                    "sessions": 1,
                    "none": {}
                  },
                  "list": [
                    1,
                    "two 3",
                    []
                  ]
                }
                """
        )
    }
}
