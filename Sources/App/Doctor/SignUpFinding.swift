// Whether whoever signs up has to show that the address is his.
import Identity

enum SignUpFinding {
    static func look(_ settings: Settings) async -> Finding {
        let auth = SupabaseAuth(url: settings[.supabaseURL] ?? "", anonKey: settings[.supabaseAnonKey] ?? "", client: SupabaseAuth.http)
        switch await auth.emailConfirmation() {
        case .required: return .good("sign-up", "Supabase Auth confirms e-mail addresses")
        case .off:
            return .warning(
                "sign-up",
                "Supabase Auth does not confirm e-mail addresses: anybody may sign up with any. Here that opens nobody's numbers, for only "
                    + "`livinglytics users link` and `users invite` do; turn it on for production (Authentication, Sign In / Providers, Email)"
            )
        case .unknown(let why): return .unknown("sign-up", "whether Supabase Auth confirms e-mail addresses is unknown: \(why)")
        }
    }
}
