// Who may do what, case by case.
import Identity
import Testing

@Suite struct AuthorisationTests {
    private let authorisation = Authorisation(serviceKey: ServiceKey("the key"))

    private func outcome(_ access: Access, _ header: String?) -> AccessDenied? {
        do throws(AccessDenied) {
            try authorisation.check(access, Credential(authorization: header))
            return nil
        } catch {
            return error
        }
    }

    @Test(
        arguments: [
            (nil, .missing), ("", .missing), ("Bearer", .missing), ("bearer the key", .missing), ("Basic dGhlIGtleQ==", .missing),
            ("the key", .missing), ("Bearer ", .invalid), ("Bearer the", .invalid), ("Bearer the key2", .invalid),
            ("Bearer THE KEY", .invalid),
            ("Bearer  the key", .invalid), ("Bearer the key", nil),
        ] as [(String?, AccessDenied?)]
    )
    func theServiceKey(_ header: String?, _ denied: AccessDenied?) {
        #expect(outcome(.serviceKey, header) == denied)
        #expect(outcome(.open, header) == nil)
    }

    @Test func aKeyIsNeverPrinted() {
        var text = ""
        dump(ServiceKey("very secret"), to: &text)
        #expect(!text.contains("very secret"))
    }
}
