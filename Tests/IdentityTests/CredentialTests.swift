// What a request shows of itself, and the secrets that are made here.
import Identity
import Testing

@Suite struct CredentialTests {
    @Test(
        arguments: [
            (nil, [], .missing), ("", [], .missing), ("Bearer", [], .missing), ("bearer the key", [], .missing),
            ("BEARER the key", [], .missing), ("Bearer\tthe key", [], .missing), ("Basic dGhlIGtleQ==", [], .missing),
            ("the key", [], .missing), (" Bearer the key", [], .missing),
            ("Bearer ", [], .opaque("")), ("Bearer the key", [], .opaque("the key")), ("Bearer  x", [], .opaque(" x")),
            ("Bearer a.b", [], .opaque("a.b")), ("Bearer a.b.c.d", [], .opaque("a.b.c.d")),
            ("Bearer Livinglytics_x", [], .opaque("Livinglytics_x")), ("Bearer xlivinglytics_x", [], .opaque("xlivinglytics_x")),
            ("Bearer livinglytics_x", [], .apiKey("livinglytics_x")), ("Bearer livinglytics_", [], .apiKey("livinglytics_")),
            ("Bearer livinglytics_a.b.c", [], .apiKey("livinglytics_a.b.c")),
            ("Bearer a.b.c", [], .token("a.b.c")), ("Bearer ..", [], .token("..")), ("Bearer a. b.c ", [], .token("a. b.c ")),
        ] as [(String?, [String], Credential)]
    )
    func isToldByTheLooksOfItsBearer(authorization: String?, cookies: [String], credential: Credential) {
        #expect(Credential(authorization: authorization, cookies: cookies) == credential)
    }

    @Test(
        arguments: [
            (nil, ["__Host-livinglytics=abc"], .session("abc")), (nil, ["a=1; __Host-livinglytics=abc; b=2"], .session("abc")),
            (nil, ["a=1;__Host-livinglytics=abc"], .session("abc")), (nil, ["a=1", "b=2; __Host-livinglytics=abc"], .session("abc")),
            (nil, ["__Host-livinglytics=a=b"], .session("a=b")), (nil, ["__Host-livinglytics="], .session("")),
            (nil, ["__Host-livinglytics=one; __Host-livinglytics=two"], .session("one")),
            // No bearer at all is no bearer that counts before the cookie.
            ("Basic dGhlIGtleQ==", ["__Host-livinglytics=abc"], .session("abc")),
            ("bearer the key", ["__Host-livinglytics=abc"], .session("abc")),
            ("Bearer the key", ["__Host-livinglytics=abc"], .opaque("the key")), ("Bearer ", ["__Host-livinglytics=abc"], .opaque("")),
            ("Bearer a.b.c", ["__Host-livinglytics=abc"], .token("a.b.c")),
            // Other cookies, whatever they are called and hold.
            (nil, ["__Host-livinglytics2=abc"], .missing), (nil, ["__Host-livinglytics"], .missing),
            (nil, ["x__Host-livinglytics=abc"], .missing), (nil, ["livinglytics=abc"], .missing),
            (nil, ["__Secure-livinglytics=abc"], .missing), (nil, ["__host-livinglytics=abc"], .missing),
            (nil, ["__Host-livinglytics =abc"], .missing), (nil, ["a=__Host-livinglytics=abc"], .missing), (nil, [""], .missing),
        ] as [(String?, [String], Credential)]
    )
    func isTheSessionsCookieWhereThereIsNoBearer(authorization: String?, cookies: [String], credential: Credential) {
        #expect(Credential(authorization: authorization, cookies: cookies) == credential)
    }
}

@Suite struct ServiceKeyTests {
    @Test(arguments: [
        ("the key", true), ("", false), ("the", false), ("the key2", false), ("THE KEY", false), (" the key", false), ("the key ", false),
        ("the kez", false), ("uhe key", false),
    ])
    func matchesItselfAlone(token: String, isIt: Bool) {
        #expect(ServiceKey("the key").matches(token) == isIt)
    }

    @Test func isNeverPrinted() {
        #expect(!printed(ServiceKey("very secret")).contains("very secret"))
        #expect(!printed(["key": ServiceKey("very secret")]).contains("very secret"))
    }
}

@Suite struct APIKeyTests {
    /// Of `python3 -c 'import zlib; print(zlib.crc32(b"livinglytics_0123456789ABCDEFGHIJKLMNOPQRSTUV"))'` in digits of base 62.
    private static let known = "livinglytics_0123456789ABCDEFGHIJKLMNOPQRSTUV27zKiL"

    @Test func newOnesHaveTheFormThatScannersLookForAndAreAllDifferent() {
        let keys = (0..<500).map { _ in APIKey().text }
        for key in keys {
            let hasTheForm = key.wholeMatch(of: /livinglytics_[0-9A-Za-z]{38}/) != nil
            #expect(hasTheForm, "\(key)")
            #expect(APIKey(key)?.text == key)
        }
        #expect(Set(keys).count == keys.count)
    }

    @Test(arguments: [
        known, "livinglytics_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa49Rbu5",
        // A checksum that is small has zeros in front.
        "livinglytics_0000000000000000000000000000034200y42B",
    ])
    func theChecksumIsThatOfZlib(text: String) {
        #expect(APIKey(text)?.text == text)
    }

    @Test func anyOneCharacterThatIsWrongIsNoticed() {
        let right = Array(Self.known)
        let letters = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_. é")
        var taken: [String] = []
        for index in right.indices {
            for letter in letters where letter != right[index] {
                var changed = right
                changed[index] = letter
                if APIKey(String(changed)) != nil { taken.append(String(changed)) }
            }
        }
        #expect(taken.isEmpty)
    }

    @Test(arguments: [
        "", "livinglytics_", "livinglytics", "27zKiL", String(known.dropLast()), String(known.dropFirst()),
        known + "0", known + " ", " " + known,
        // Two that were taken for each other, and the checksum of another key.
        "livinglytics_1023456789ABCDEFGHIJKLMNOPQRSTUV27zKiL", "livinglytics_0123456789ABCDEFGHIJKLMNOPQRSTUV49Rbu5",
        "Livinglytics_0123456789ABCDEFGHIJKLMNOPQRSTUV27zKiL", "livinglytics-0123456789ABCDEFGHIJKLMNOPQRSTUV27zKiL",
    ])
    func whatIsNoneIsRefused(text: String) {
        let isKey = APIKey(text) != nil
        #expect(!isKey)
    }

    @Test func otherLettersMakeNoKeyWhateverTheirChecksum() {
        // python3: zlib.crc32(b"livinglytics_" + b"!" * 32) is 0pvllj in base 62.
        let isKey = APIKey("livinglytics_" + String(repeating: "!", count: 32) + "0pvllj") != nil
        #expect(!isKey)
    }

    @Test func whatIsKeptOfItIsItsHashAndItsLastCharacters() throws {
        let key = try #require(APIKey(Self.known))
        // printf livinglytics_0123456789ABCDEFGHIJKLMNOPQRSTUV27zKiL | sha256sum
        #expect(hexadecimal(key.hash) == "d5154d5b371c21f99fce0da2ec7daafe021481247cbd159c4622435fa2c6a028")
        #expect(key.hint == "zKiL")
    }

    @Test func isNeverPrinted() throws {
        let key = try #require(APIKey(Self.known))
        for text in [printed(key), printed([key]), printed(APIKey?.some(key))] {
            #expect(!text.contains("0123456789") && !text.contains("27zKiL"), "\(text)")
        }
    }
}

@Suite struct SecretTests {
    @Test(arguments: [22, 32, 43])
    func hasSoManyLettersAndDigitsAndNoOtherHasThem(count: Int) {
        let secrets = (0..<200).map { _ in Secret(letters: count).text }
        for secret in secrets {
            let hasTheForm = secret.utf8.count == count && secret.wholeMatch(of: /[0-9A-Za-z]+/) != nil
            #expect(hasTheForm, "\(secret)")
        }
        #expect(Set(secrets).count == secrets.count)
        // Of 62 letters and digits none is left out: that one is missing here by chance happens once in 10^29 runs.
        #expect(Set(secrets.joined(separator: "")).count == 62)
    }

    @Test func isKeptAsItsHash() {
        let secret = Secret(letters: 43)
        #expect(secret.hash == Digest.sha256(secret.text))
        // printf abc | sha256sum
        #expect(hexadecimal(Digest.sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test func isNeverPrinted() {
        let secret = Secret(letters: 43)
        for text in [printed(secret), printed([secret]), printed(Secret?.some(secret))] { #expect(!text.contains(secret.text)) }
    }
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
