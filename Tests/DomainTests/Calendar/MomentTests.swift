// Moments from seconds: what a token, a session or a key says about its end.
import Domain
import Testing

@Suite struct MomentTests {
    /// As `date -u -d @SECONDS +%FT%TZ` has them.
    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (1, "1970-01-01T00:00:01Z"), (59, "1970-01-01T00:00:59Z"), (60, "1970-01-01T00:01:00Z"),
        (3599, "1970-01-01T00:59:59Z"), (3600, "1970-01-01T01:00:00Z"), (86_399, "1970-01-01T23:59:59Z"),
        (86_400, "1970-01-02T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
        (1_700_000_000, "2023-11-14T22:13:20Z"), (2_147_483_648, "2038-01-19T03:14:08Z"), (4_107_542_399, "2100-02-28T23:59:59Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
    ])
    func areWrittenInUTC(seconds: Int, text: String) {
        #expect(Moment(seconds: seconds).text == text)
    }

    @Test func comeBackAsTheyWere() throws {
        var random = SystemRandomNumberGenerator()
        for seconds in (0..<1000).map({ _ in Int.random(in: 0...253_402_300_799, using: &random) }) {
            let moment = Moment(seconds: seconds)
            #expect(moment.microseconds == seconds * 1_000_000)
            // What others read is what we take.
            #expect(try #require(Moment(moment.text)) == moment)
        }
    }

    @Test func areInOrder() {
        #expect(Moment(seconds: 1_700_000_000) < Moment(seconds: 1_700_000_001))
        #expect(!(Moment(seconds: 1_700_000_000) < Moment(seconds: 1_700_000_000)))
    }
}
