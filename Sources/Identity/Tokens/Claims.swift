// What a token must claim to be one of this project's signed-in users.
package import Domain

/// What is believed of a token.
package struct Claims: Sendable, Hashable {
    package let subject: SubjectID
    /// As the token has it: to show, never to find anybody by.
    package let email: String?
    /// Seconds since 1970, the skew included.
    package let endsAt: Int

    /// How far our clock and that of Supabase Auth may be apart.
    private static let skew = 30.0

    /// - Parameters:
    ///   - json: the payload, its signature verified.
    ///   - issuer: SUPABASE_URL and `/auth/v1`.
    ///   - now: seconds since 1970.
    init?(_ json: JSON, issuer: String, now: Double) {
        guard json["iss"]?.text == issuer, json["role"]?.text == "authenticated", Self.isForUs(json["aud"]) else { return nil }
        guard let subject = json["sub"]?.text, subject.utf8.count == 36, let subject = SubjectID(subject) else { return nil }
        guard let end = Self.seconds(json["exp"]), now < end + Self.skew, let issued = Self.seconds(json["iat"]), issued <= now + Self.skew
        else { return nil }
        if let start = json["nbf"] {
            guard let start = Self.seconds(start), start <= now + Self.skew else { return nil }
        }
        // A visitor whom Supabase made up on the way: nobody has signed in.
        guard json["is_anonymous"] != .bool(true) else { return nil }
        self.subject = subject
        email = json["email"]?.text.flatMap { $0.isEmpty ? nil : $0 }
        endsAt = Int(end + Self.skew)
    }

    private static func isForUs(_ audience: JSON?) -> Bool {
        switch audience {
        case .string(let one)?: one == "authenticated"
        case .array(let all)?: all.contains("authenticated")
        default: false
        }
    }

    /// A moment as tokens have it, from 1970 to the year 9999.
    private static func seconds(_ value: JSON?) -> Double? {
        guard case .number(let number)? = value, let seconds = Double(number.text), (0...253_402_300_799).contains(seconds) else {
            return nil
        }
        return seconds
    }
}
