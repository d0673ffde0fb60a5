// A member as it was written.
import Domain
import Testing

@Suite struct JSONMemberTests {
    @Test(arguments: [
        (#"{"value": {"a": 1.0}}"#, #"{"a": 1.0}"#), (#"{"a":"}","value" : [1, {"b": ","}] , "c": 2}"#, #"[1, {"b": ","}]"#),
        (#"{"x": {"value": 1}, "value": "a\"b\\"}"#, #""a\"b\\""#), (#" { "value" :null } "#, "null"), (#"{"value": 1, "value": 2}"#, "1"),
    ])
    func isFound(text: String, value: String) throws {
        let bytes = Array(text.utf8)
        let range = try #require(JSONMember.range(of: "value", in: bytes))
        #expect(String(decoding: bytes[range], as: UTF8.self) == value)
    }

    @Test(arguments: ["{}", "[]", #"{"x": {"value": 1}}"#, "", #"{"value"#, #"{"value": "#])
    func isNotThere(text: String) {
        let range = JSONMember.range(of: "value", in: Array(text.utf8))
        #expect(range?.isEmpty ?? true)
    }
}
