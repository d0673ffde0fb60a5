// Which origins may read, and with what.
import HTTPTypes
import Testing

@testable import Web

@Suite struct AllowedOriginsTests {
    @Test func anyOriginNeverGoesWithCredentials() {
        for setting in ["*", "https://a.test, *"] {
            let headers = AllowedOrigins(setting).headers(for: "https://evil.test")
            #expect(headers?[.accessControlAllowOrigin] == "*")
            #expect(headers?[.accessControlAllowCredentials] == nil)
        }
    }

    @Test func aListAllowsItsOwnAndTellsCaches() {
        let allowed = AllowedOrigins("https://a.test, https://b.test")
        let headers = allowed.headers(for: "https://b.test")
        #expect(headers?[.accessControlAllowOrigin] == "https://b.test")
        #expect(headers?[.accessControlAllowCredentials] == "true")
        #expect(headers?[.vary] == "Origin")
        for stranger in ["https://evil.test", "https://a.test.evil.test", "http://a.test", "null", ""] {
            #expect(allowed.headers(for: stranger) == nil, "\(stranger)")
        }
    }
}
