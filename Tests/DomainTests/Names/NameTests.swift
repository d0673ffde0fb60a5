// Names: what is allowed, what is not, and that the refusal says so.

import Domain
import Testing

@Suite struct NameTests {
    @Test(arguments: ["sessions", "reach_28d", "a", "ad_spend.EUR", "x.1", "x.y.Z_9", String(repeating: "a", count: 100)])
    func acceptsMetrics(text: String) throws {
        #expect(try MetricName(text).description == text)
    }

    @Test(arguments: [
        "", "Sessions", "7days", "_x", ".x", "x.", "x..y", "ad-spend", "a b", "ad_Spend.EUR", "größe", "x\n",
        String(repeating: "a", count: 101),
    ])
    func refusesMetrics(text: String) {
        #expect(throws: NameError.metric(text)) { try MetricName(text) }
    }

    @Test(arguments: ["google_analytics", "google-analytics", "csv", "meta.ads", "a1", String(repeating: "a", count: 63)])
    func acceptsSources(text: String) throws {
        #expect(try SourceName(text).description == text)
    }

    @Test(arguments: ["", "GA4", "-x", "4ga", "a b", "a/b", "é", String(repeating: "a", count: 64)])
    func refusesSources(text: String) {
        #expect(throws: NameError.source(text)) { try SourceName(text) }
    }

    @Test(arguments: ["", "properties/395461442", "Café «Ünïcode» 日本 👩‍👩‍👧", String(repeating: "ä", count: 200)])
    func acceptsAccounts(text: String) throws {
        #expect(try AccountRef(text).description == text)
    }

    @Test(arguments: [
        "a\nb", "\t", "\u{7F}", "a\u{2028}b", "\u{85}", String(repeating: "ä", count: 201), "e" + String(repeating: "\u{301}", count: 200),
    ])
    func refusesAccounts(text: String) {
        #expect(throws: NameError.account(text)) { try AccountRef(text) }
    }

    @Test func theAccountOfASourceWithOnlyOneIsEmpty() throws {
        #expect(try AccountRef("") == AccountRef.none)
    }

    @Test func refusalsSayWhatIsAllowed() {
        #expect(
            NameError.metric("Ad\u{1B} Spend").description
                == "\"Ad\\u{1B} Spend\" can't name a metric: a name has 1 to 100 lower-case letters, "
                + "digits and _, and starts with a letter; "
                + "after a dot upper case is allowed too, as in ad_spend.EUR"
        )
        #expect(NameError.source("GA4").description.hasPrefix("\"GA4\" can't name a source: a name has 1 to 63 lower-case letters"))
        #expect(NameError.account("a\nb").description.hasPrefix("\"a\\nb\" can't be an account: that is at most 200 characters"))
    }

    @Test(arguments: [
        ("plain", "\"plain\""), ("a\"b\\c", "\"a\\\"b\\\\c\""), ("\r\n\t\0", "\"\\r\\n\\t\\u{0}\""),
        ("\u{FEFF}x\u{202E}", "\"\\u{FEFF}x\\u{202E}\""),
        (String(repeating: "é", count: 60), "\"" + String(repeating: "é", count: 60) + "\""),
        (String(repeating: "é", count: 61), "\"" + String(repeating: "é", count: 60) + "…\""),
    ])
    func quotesOtherPeoplesText(text: String, quoted: String) {
        #expect(text.quoted == quoted)
    }
}
