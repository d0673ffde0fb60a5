// The text format of COPY, byte for byte.
import Testing

@testable import Postgres

@Suite struct CopyTextTests {
    @Test(
        arguments: [
            (["a", "b"], "a\tb\n"),
            ([nil, ""], "\\N\t\n"),
            (["\\N"], "\\\\N\n"),
            (["\\."], "\\\\.\n"),
            (["a\tb\nc\rd\\e"], "a\\tb\\nc\\rd\\\\e\n"),
            (["\r\n"], "\\r\\n\n"),
            (["ä\u{1F980}", "'\""], "ä\u{1F980}\t'\"\n"),
            ([], "\n"),
        ] as [([String?], String)]
    )
    func escapes(_ row: [String?], _ expected: String) {
        var bytes: [UInt8] = []
        CopyText.append(row, to: &bytes)
        #expect(bytes == Array(expected.utf8))
    }

    @Test func rowsFollowOneAnother() {
        var bytes: [UInt8] = []
        CopyText.append(["1"], to: &bytes)
        CopyText.append(["2", nil], to: &bytes)
        #expect(bytes == Array("1\n2\t\\N\n".utf8))
    }
}
