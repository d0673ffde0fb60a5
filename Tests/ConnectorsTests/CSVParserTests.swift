// The CSV parser: what it reads, what it refuses and on which line, whatever the chunks.

import Connectors
import Testing

@Suite struct CSVParserTests {
    @Test(arguments: [
        ("", []),
        ("a", [Row(1, "a")]),
        ("a,b\nc,d\n", [Row(1, "a", "b"), Row(2, "c", "d")]),
        ("a,b\r\nc,d", [Row(1, "a", "b"), Row(2, "c", "d")]),
        ("a\rb\rc", [Row(1, "a"), Row(2, "b"), Row(3, "c")]),
        ("a\r\rb\n\nc", [Row(1, "a"), Row(2, ""), Row(3, "b"), Row(4, ""), Row(5, "c")]),
        (",\n,,\n", [Row(1, "", ""), Row(2, "", "", "")]),
        ("a,", [Row(1, "a", "")]),
        ("\n", [Row(1, "")]),
        ("\r\n", [Row(1, "")]),
        (" a , b ", [Row(1, " a ", " b ")]),
        ("\u{FEFF}a\n\u{FEFF}b", [Row(1, "a"), Row(2, "\u{FEFF}b")]),
        ("\u{FEFF}", []),
        ("\u{FEFF}\"a\"", [Row(1, "a")]),
        ("\"\"", [Row(1, "")]),
        ("\"\"\"\"", [Row(1, "\"")]),
        ("\"a\"\"b\",\"\"\"\",\"c\"\n", [Row(1, "a\"b", "\"", "c")]),
        ("\"1,234\",x\n", [Row(1, "1,234", "x")]),
        ("x,\"\"\n\"\",x", [Row(1, "x", ""), Row(2, "", "x")]),
        ("\"a\nb\r\nc\rd\",e\nf\n", [Row(1, "a\nb\r\nc\rd", "e"), Row(5, "f")]),
        ("\"\r\",\"\n\"\nx", [Row(1, "\r", "\n"), Row(4, "x")]),
        ("é,\"日本\"\n😀,ü", [Row(1, "é", "日本"), Row(2, "😀", "ü")]),
        ("a;b\tc|d", [Row(1, "a;b\tc|d")]),
    ])
    func reads(text: String, rows: [Row]) {
        let result = parse(text)
        #expect(result.rows == rows)
        #expect(result.error == nil)
    }

    @Test(
        arguments: [
            ("a\n\"b\nc\nd", .unterminatedQuote(line: 2)),
            ("a\n\"b\n\",\"c\n\"\"\n", .unterminatedQuote(line: 3)),
            ("a\n\"b\"c\n", .textAfterQuote(line: 2)),
            ("\"a\n\" ,b", .textAfterQuote(line: 2)),
            ("a\nb\"c\n", .quoteInsideField(line: 2)),
            ("a\r\n \"b\"", .quoteInsideField(line: 2)),
            ("a,b\nc,d\0\n", .zeroByte(line: 2)),
            ("a,b\n\"c\n\0\"\n", .zeroByte(line: 3)),
            ("PK\u{3}\u{4}…", .notText(.zip)),
            ("[{\"date\": 1}]", .notText(.json)),
        ] as [(String, FileError)]
    )
    func refuses(text: String, error: FileError) {
        #expect(parse(text).error == error)
    }

    @Test(
        arguments: [
            ([0x61, 0x0A, 0xE9, 0x0A], .notUTF8(line: 2)),
            (Array("a\n\"b\nc".utf8) + [0xC3] + Array("\",d\n".utf8), .notUTF8(line: 3)),
            // Two halves of a character in two fields are not a character.
            ([0x22, 0xC3, 0x22, 0x2C, 0x22, 0xA9, 0x22], .notUTF8(line: 1)),
            ([0x61, 0xED, 0xA0, 0x80], .notUTF8(line: 1)),
        ] as [([UInt8], FileError)]
    )
    func refusesBytes(bytes: [UInt8], error: FileError) {
        #expect(parse([bytes]).error == error)
        #expect(parse(bytes.map { [$0] }).error == error)
    }

    /// Wherever the input is split, in two or into single bytes, the result is that of the whole.
    @Test(arguments: [
        "\u{FEFF}date,\"a \"\"b\"\"\",c\r\n2024-01-01,\"1,234\",\r\n\r\n\"x\r\ny\",\"\",é\"\"",
        "\u{FEFF}d,\"é😀\",\"\"\"\"\"\"\r\"\r\n\",,\r\n\n,\"q\"\n\"z",
        "a,b\n\"c\"d", "\"a\rb\n\nc\r\n\"\r\n\r\nx,y\r", "a\n\"\"\"", "no quotes,at all\n1,2\n3,4", "PK\u{3}\u{4}x",
    ])
    func chunksDoNotMatter(text: String) {
        let bytes = Array(text.utf8)
        let whole = parse([bytes])
        for split in 0...bytes.count {
            let parts = parse([Array(bytes[..<split]), Array(bytes[split...])])
            #expect(parts.rows == whole.rows, "split at \(split)")
            #expect(parts.error == whole.error, "split at \(split)")
        }
        let single = parse(bytes.map { [$0] })
        #expect(single.rows == whole.rows)
        #expect(single.error == whole.error)
    }

    @Test func chunksOfAFixtureDoNotMatter() throws {
        let bytes = try fixture("gsc-capjamesg-dates.csv")
        let whole = parse([bytes])
        #expect(whole.rows.count == 90)
        #expect(whole.error == nil)
        for split in 0...bytes.count {
            #expect(parse([Array(bytes[..<split]), Array(bytes[split...])]).rows == whole.rows)
        }
    }

    @Test func recordsAreBounded() {
        let long = String(repeating: "x", count: CSVParser.longestRecord)
        #expect(parse(long).error == nil)
        #expect(parse("a\n" + long + "x").error == .recordTooLong(line: 2))
        #expect(parse("a\nb,\"" + long + "x\"").error == .unterminatedQuote(line: 2))
    }

    @Test func keptRecordsStayAsTheyWere() throws {
        var parser = CSVParser()
        parser.feed(Array("a,b\nc,d\nlonger than both".utf8))
        let first = try #require(try parser.next())
        let second = try #require(try parser.next())
        #expect(try parser.next() == nil)
        #expect([Row(first), Row(second)] == [Row(1, "a", "b"), Row(2, "c", "d")])
    }

    @Test func anErrorStays() throws {
        var parser = CSVParser()
        parser.feed(Array("a\"b\nc\n".utf8))
        #expect(throws: FileError.quoteInsideField(line: 1)) { try parser.next() }
        parser.feed(Array("d\n".utf8))
        #expect(throws: FileError.quoteInsideField(line: 1)) { try parser.next() }
    }

    @Test(
        arguments: [
            (
                .notUTF16(line: 3),
                "line 3 is not UTF-16, as the file's beginning is: it may have been cut off on the way; download it again"
            ),
            (.unterminatedQuote(line: 7), "the quoted field that opens on line 7 never ends: a closing \" is missing"),
            (.notUTF8(line: 3), "line 3 is not UTF-8: save the file as UTF-8 (in a spreadsheet: “CSV UTF-8”) and import that"),
            (
                .recordTooLong(line: 2),
                "the record that starts on line 2 is longer than 1 MiB: is this a file of tables, or a tap's messages?"
            ),
        ] as [(FileError, String)]
    )
    func errorsSayWhatToDo(error: FileError, text: String) {
        #expect(error.description == text)
    }
}
