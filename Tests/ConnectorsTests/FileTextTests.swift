// Encodings and separators: the same table, however it was saved.

import Connectors
import Domain
import Testing

@Suite struct FileTextTests {
    @Test(arguments: [(false, true), (true, true), (false, false), (true, false)])
    func readsUTF16(bigEndian: Bool, mark: Bool) {
        let text = "a,\"ü 日本 😀\"\r\nb,\"x\ny\"\nc,d"
        let bytes = utf16(text, bigEndian: bigEndian, mark: mark)
        let expected = [Row(1, "a", "ü 日本 😀"), Row(2, "b", "x\ny"), Row(4, "c", "d")]
        #expect(parse([bytes]).rows == expected)
        // Cut between the bytes of a unit and between the halves of a character, too.
        #expect(parse(bytes.map { [$0] }).rows == expected)
    }

    @Test(
        arguments: [
            utf16("a\nb") + [0x63],
            utf16("a\nb") + [0x3D, 0xD8],
            utf16("a\nb") + [0x3D, 0xD8, 0x63, 0x00],
            utf16("a\nb") + [0x00, 0xDE, 0x63, 0x00],
        ]
    )
    func refusesBrokenUTF16(bytes: [UInt8]) {
        #expect(parse([bytes]).error == .notUTF16(line: 2))
        #expect(parse(bytes.map { [$0] }).error == .notUTF16(line: 2))
    }

    @Test(arguments: [
        ("a;b\n1,5;2\n", [Row(1, "a", "b"), Row(2, "1,5", "2")]),
        ("a\tb\n1,5\t2;3\n", [Row(1, "a", "b"), Row(2, "1,5", "2;3")]),
        ("a,b\n\"1;2\",\"3;4\"\n", [Row(1, "a", "b"), Row(2, "1;2", "3;4")]),
        ("title\na;b\n1;2", [Row(1, "title"), Row(2, "a", "b"), Row(3, "1", "2")]),
        ("a;\"b;c\"\n\"d\";e", [Row(1, "a", "b;c"), Row(2, "d", "e")]),
        ("sep=;\r\na;b,c", [Row(2, "a", "b,c")]),
        ("SEP=,\na,b;c", [Row(2, "a", "b;c")]),
        ("sep=\t\na\tb", [Row(2, "a", "b")]),
        ("sep=;", []),
        ("sep=;x\n", [Row(1, "sep=", "x")]),
        ("a", [Row(1, "a")]),
    ])
    func findsTheSeparator(text: String, rows: [Row]) {
        let bytes = Array(text.utf8)
        #expect(parse([bytes], .detected).rows == rows)
        #expect(parse(bytes.map { [$0] }, .detected).rows == rows)
    }

    @Test func theBeginningOfALongFileDecides() {
        let lines = (0..<20_000).map { "\($0);x" }
        let result = parse([Array(lines.joined(separator: "\n").utf8)], .detected)
        #expect(result.rows.count == 20_000)
        #expect(result.rows.last == Row(20_000, "19999", "x"))
    }
}
