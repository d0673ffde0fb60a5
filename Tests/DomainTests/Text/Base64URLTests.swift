// Base64 as tokens have it: one spelling for each value.
import Domain
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct Base64URLTests {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

    /// RFC 4648, 10, without the padding; and the two letters that this alphabet has of its own.
    @Test(
        arguments: [
            ("", []), ("Zg", [0x66]), ("Zm8", [0x66, 0x6F]), ("Zm9v", [0x66, 0x6F, 0x6F]), ("Zm9vYg", [0x66, 0x6F, 0x6F, 0x62]),
            ("Zm9vYmE", [0x66, 0x6F, 0x6F, 0x62, 0x61]), ("Zm9vYmFy", [0x66, 0x6F, 0x6F, 0x62, 0x61, 0x72]), ("AA", [0]),
            ("AAA", [0, 0]), ("AAAA", [0, 0, 0]), ("_w", [0xFF]), ("____", [0xFF, 0xFF, 0xFF]), ("-_-_", [0xFB, 0xFF, 0xBF]),
        ] as [(String, [UInt8])]
    )
    func decodes(text: String, bytes: [UInt8]) {
        #expect(Base64URL.decode(text) == bytes)
    }

    @Test(arguments: [
        // Padding, and too little of it.
        "Zg==", "Zm8=", "Zg=", "=", "====",
        // Lengths that nothing has.
        "A", "AAAAA", "Zm9vY",
        // Bits left over.
        "Zh", "Z_", "Zm9", "Zm9vYm_",
        // Other letters.
        "+/+/", "Zm9v\n", "\nZm9v", "Zm 9v", " ", "Zm9v.", "Zm9vé", "Zm9v\0", "Ｚｇ", "Zm9v\u{301}",
    ])
    func takesNoOtherSpelling(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test func everyValueHasOneSpellingAndNoMore() {
        let two = Self.letters.compactMap { Base64URL.decode("Z\($0)") }
        #expect(two == [[0x64], [0x65], [0x66], [0x67]])
        let three = Self.letters.compactMap { Base64URL.decode("Zm\($0)") }
        #expect(three.count == 16 && Set(three).count == 16)
        let four = Self.letters.compactMap { Base64URL.decode("Zm9\($0)") }
        #expect(four.count == 64 && Set(four).count == 64)
    }

    @Test func agreesWithFoundation() {
        var random = SystemRandomNumberGenerator()
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            var text = ""
            for letter in Data(bytes).base64EncodedString() where letter != "=" {
                text.append(letter == "+" ? "-" : letter == "/" ? "_" : letter)
            }
            #expect(Base64URL.decode(text) == bytes, "\(text)")
        }
    }
}
