// Members that are there twice.
import Domain
import Testing

@Suite struct RepeatedMemberTests {
    @Test(arguments: [
        #"{"a":1,"a":1}"#, #"{"a":1,"b":2,"a":3}"#, #"{ "a" : 1 , "a" : 2 }"#, "{\"a\"\n:1,\t\"a\"\r\n:2}", #"{"":1,"":2}"#,
        // Wherever the object stands.
        #"{"x":{"a":1,"a":2}}"#, #"[{"a":1,"a":2}]"#, #"[[{"b":1},{"a":1,"a":2}]]"#, #"{"x":[1,{"y":[{"a":null,"a":null}]}]}"#,
        // With something between the two.
        #"{"a":{"b":[1,{}]},"a":2}"#, #"{"a":[],"b":{"a":1},"a":2}"#, #"{"a":"}","a":2}"#, #"{"a":"\"","a":2}"#, #"{"a":"\\","a":2}"#,
        #"{"a":"{\"a\":","a":2}"#,
        // However it is spelled.
        #"{"a":1,"\u0061":2}"#, #"{"\u0061":1,"a":2}"#, #"{"\u0041":1,"A":2}"#, #"{"kid":1,"\u006b\u0069\u0064":2}"#,
        #"{"\n":1,"\u000a":2}"#, #"{"\u000A":1,"\u000a":2}"#, #"{"/":1,"\/":2}"#, #"{"\"":1,"\u0022":2}"#, #"{"\\":1,"\u005c":2}"#,
        #"{"a\"b":1,"a\"b":2}"#, #"{"é":1,"\u00e9":2}"#, #"{"😀":1,"\ud83d\ude00":2}"#, #"{"é":1,"é":2}"#,
    ])
    func isNoticed(text: String) {
        #expect(JSON.repeatsAMember(Array(text.utf8)))
    }

    @Test(arguments: [
        "{}", "[]", #"{"a":1}"#, #"{"a":1,"b":2}"#, #"{"a":1,"A":2}"#, #"{"a":1,"a ":2," a":3,"":4}"#, "null", #""a""#, #"["a","a"]"#,
        // In another object.
        #"{"a":{"a":{"a":1}}}"#, #"[{"a":1},{"a":2}]"#, #"{"x":{"a":1},"y":{"a":1},"a":1}"#, #"{"a":[{"a":1},{"a":1}]}"#,
        // A value, and not a name.
        #"{"a":"a"}"#, #"{"a":"b","b":"a"}"#, #"{"a":["a","b","a"],"b":"a"}"#, #"{"a":"a","b":"a","c":"a"}"#,
        // Inside a string.
        #"{"a":"{\"b\":1,\"b\":2}"}"#, #"{"a":"\",\"a\":","b":1}"#, #"{"a":"x\\\",\"a\":1"}"#, #"{"a\":":1,"a":2}"#,
        #"{"\\u0061":1,"a":2}"#, #"{"a\\":1,"a":2}"#,
    ])
    func isNotSeenWhereThereIsNone(text: String) throws {
        _ = try JSON(reading: Array(text.utf8))
        #expect(!JSON.repeatsAMember(Array(text.utf8)))
    }

    /// Foundation takes two names for one that look the same, and drops one of their values without a word.
    @Test(arguments: [
        // é in one character and in two; the sign for kelvin, which is a K.
        "{\"\u{E9}\":1,\"e\u{301}\":2}", #"{"\u00e9":1,"e\u0301":2}"#, #"{"K":1,"\u212a":2}"#,
    ])
    func isNoticedWhereTheReaderTakesTwoNamesForOne(text: String) throws {
        let bytes = Array(text.utf8)
        guard case .object(let members) = try JSON(reading: bytes) else {
            Issue.record("no object")
            return
        }
        #expect(members.count == 2 || JSON.repeatsAMember(bytes))
    }

    /// What is no JSON has no members: whoever reads it says so, and nothing is read beyond its end.
    @Test(arguments: [
        "", "{", "}", "]", "[", "}}]]", "\"", "\"\\", "{\"", "{\"a", "{\"a\\", "{\"a\"", "{\"a\":", "{\"a\":1,\"a\"",
        "{\"a\":1,\"a\\", "\"a\":1", "\"a\":1,\"a\":2", "[\"a\":1,\"a\":2]", "{\"a\":1}}{", "\\\"", ":::", "{\"\\ud800\":1}",
        "{\"\\x\":1,\"\\y\":2}",
    ])
    func isNotThereInWhatIsNoJSON(text: String) {
        #expect(!JSON.repeatsAMember(Array(text.utf8)))
    }

    /// Whoever makes the document knows whether he has used a name twice.
    @Test func isNoticedInDocumentsMadeAtRandom() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            var isRepeated = false
            let text = Self.object(depth: 0, &isRepeated, &random)
            _ = try JSON(reading: Array(text.utf8))
            #expect(JSON.repeatsAMember(Array(text.utf8)) == isRepeated, "\(text)")
        }
    }

    private static let spellings = [
        ["a", "\\u0061"], ["b", "\\u0062"], ["\\n", "\\u000a"], ["\\\"", "\\u0022"], ["a:", "\\u0061:"], ["}", "\\u007d"], ["", ""],
    ]

    private static func object(depth: Int, _ isRepeated: inout Bool, _ random: inout SystemRandomNumberGenerator) -> String {
        var names: Set<Int> = []
        var members: [String] = []
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let name = Int.random(in: 0..<spellings.count, using: &random)
            if !names.insert(name).inserted { isRepeated = true }
            let spelling = spellings[name][Int.random(in: 0...1, using: &random)]
            let content = value(depth: depth, &isRepeated, &random)
            members.append("\"\(spelling)\" : \(content)")
        }
        return "{" + members.joined(separator: ", ") + "}"
    }

    private static func value(depth: Int, _ isRepeated: inout Bool, _ random: inout SystemRandomNumberGenerator) -> String {
        switch Int.random(in: 0...(depth < 4 ? 5 : 2), using: &random) {
        case 0: return "1"
        case 1: return "\"a\""
        case 2: return "\"{\\\"a\\\":1,\\\"a\\\":2\""
        case 3:
            let first = value(depth: depth + 1, &isRepeated, &random)
            let second = value(depth: depth + 1, &isRepeated, &random)
            return "[\(first),\(second)]"
        default: return object(depth: depth + 1, &isRepeated, &random)
        }
    }
}
