// What Supabase Auth says no to, and when it says nothing at all.

package enum SupabaseError: Error, Sendable, Hashable {
    /// It can't be reached, is overloaded, or answered what it should not: later it may do better.
    case unavailable(String)
    /// It refuses us, and not the person: SUPABASE_ANON_KEY is not the project's.
    case refused(Int)
    /// The password is wrong, nobody has the address, or he is banned. (It tells these apart; whoever asks is not told.)
    case wrongPassword
    /// The password is right, and the address was never confirmed.
    case notConfirmed
    /// The person is signed out there, banned or gone.
    case signedOut
    /// The person has a second factor, which can't be asked for here.
    case secondFactor
}

extension SupabaseError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unavailable(let why): why
        case .refused(let status): "it answered \(status): SUPABASE_ANON_KEY is not a key of the project in SUPABASE_URL"
        case .wrongPassword: "the e-mail address or the password is wrong"
        case .notConfirmed: "the e-mail address was not confirmed"
        case .signedOut: "signed out"
        case .secondFactor: "a second factor is needed"
        }
    }
}
