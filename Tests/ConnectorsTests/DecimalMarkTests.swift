// Decimal points and decimal commas: one number with one reading settles a table, and nobody guesses.

import Connectors
import Domain
import Testing

@Suite struct DecimalMarkTests {
    private func table(_ numbers: [String], separator: String = ";") -> String {
        let rows = numbers.enumerated().map { "2026-01-\($0 + 10)\(separator)\"\($1)\"\n" }
        return "date\(separator)m\n\(rows.joined())"
    }

    private func values(_ numbers: [String], separator: String = ";", decimals: DecimalMark? = nil) throws -> [String] {
        let bytes = Array(table(numbers, separator: separator).utf8)
        return try readTables(bytes, TableOptions(decimals: decimals))[0].result.get().points.map(\.value.text)
    }

    @Test(
        arguments: [
            (["1.234", "1,5"], ["1234", "1.5"]),
            (["1,234", "1.5"], ["1234", "1.5"]),
            (["1,234", "0,75"], ["1.234", "0.75"]),
            (["1.234", "0.75"], ["1.234", "0.75"]),
            (["1.234", "1.234.567"], ["1234", "1234567"]),
            (["1,234", "1.234.567,8"], ["1.234", "1234567.8"]),
            (["-1.234", "12,34"], ["-1234", "12.34"]),
            (["1.234%", "1,5%"], ["12.34", "0.015"]),
            (["1 234", "1\u{A0}234,5", "-12\u{202F}345\u{202F}678"], ["1234", "1234.5", "-12345678"]),
            (["1 234.567", "2,345"], ["1234.567", "2345"]),
            (["1,5\u{A0}%", "2 %"], ["0.015", "0.02"]),
            (["1234", "0,123", ",5", "7,"], ["1234", "0.123", "0.5", "7"]),
        ]
    )
    func oneNumberSettlesAll(numbers: [String], expected: [String]) throws {
        for separator in [";", "\t", ","] {
            #expect(try values(numbers, separator: separator) == expected)
            #expect(try values(numbers.reversed(), separator: separator) == expected.reversed())
        }
    }

    /// A spreadsheet that separates fields with semicolons or tabs may write decimal commas. One that separates them with commas does not.
    @Test func nobodyGuesses() throws {
        for number in ["1.148", "1,148", "-12.500", "100.000", "1,148%"] {
            for separator in [";", "\t"] {
                #expect(
                    try refusal(table([number], separator: separator))
                        == "line 2, column \"m\": \"\(number)\" can be read in two ways, with thousands or with decimals, and no number of the table "
                        + "says which: say so with --decimals point or --decimals comma"
                )
            }
        }
        #expect(try values(["1.148", "1,148"], separator: ",") == ["1.148", "1148"])
    }

    @Test func theUserTells() throws {
        #expect(try values(["1.148", "1,148"], decimals: .point) == ["1.148", "1148"])
        #expect(try values(["1.148", "1,148"], decimals: .comma) == ["1148", "1.148"])
        #expect(try values(["1.148"], separator: ",", decimals: .comma) == ["1148"])
        #expect(throws: TableError.otherDecimals(.comma, NumberSample(line: 2, text: "1.5"))) { try values(["1.5"], decimals: .comma) }
    }

    @Test func twoWaysInOneTableAreRefused() throws {
        #expect(
            try refusal(table(["1,5", "2", "1.5"]))
                == "the decimals are written in two ways: line 2 has \"1,5\" and line 4 has \"1.5\": write all of them in one way"
        )
    }
}
