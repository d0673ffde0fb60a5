// What SUPABASE_URL and SUPABASE_ANON_KEY tell.

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

enum SupabaseFindings {
    static func ofURL(_ text: String) -> Finding {
        let name = Setting.supabaseURL.name
        guard let url = URL(string: text), let scheme = url.scheme, ["http", "https"].contains(scheme), let host = url.host(), !host.isEmpty
        else { return .wrong(name, "is no URL such as https://REF.supabase.co") }
        if url.user() != nil { return .wrong(name, "holds a user or password: it is https://REF.supabase.co, without") }
        guard ["", "/"].contains(url.path), host != "supabase.com" else {
            return .wrong(name, "is a page and not the project's URL, which is https://REF.supabase.co and nothing behind it")
        }
        if scheme == "http", !["127.0.0.1", "localhost", "[::1]", "::1"].contains(host) {
            return .warning(name, "\(text) is not https: passwords are sent there")
        }
        return .good(name, text)
    }

    /// `abcd` of `https://abcd.supabase.co`.
    static func reference(_ text: String) -> String? {
        guard let host = URL(string: text)?.host(), host.hasSuffix(".supabase.co") else { return nil }
        return String(host.dropLast(".supabase.co".count))
    }

    /// The anon key is public; a secret key in its place would one day be shown to somebody.
    static func ofAnonKey(_ key: String) -> Finding {
        let name = Setting.supabaseAnonKey.name
        let advice = "put the anon or publishable key here (Supabase dashboard, Project Settings, API Keys)"
        if key.hasPrefix("sb_secret_") { return .wrong(name, "is a secret key: \(advice)") }
        if let role = role(ofToken: key), role != "anon" { return .wrong(name, "is a \(role) key: \(advice)") }
        return .good(name, key.hasPrefix("sb_publishable_") ? "is a publishable key" : "is set")
    }

    /// The `role` that a JWT claims; nil when the text is no JWT. Nothing is verified here: it is our own setting.
    private static func role(ofToken token: String) -> String? {
        let parts = token.split(separator: ".")
        guard parts.count == 3 else { return nil }
        var payload = String(parts[1].replacing("-", with: "+").replacing("_", with: "/"))
        payload += String(repeating: "=", count: (4 - payload.count % 4) % 4)
        guard let data = Data(base64Encoded: payload) else { return nil }
        do {
            return try JSONDecoder().decode(Claims.self, from: data).role
        } catch {
            return nil
        }
    }

    private struct Claims: Decodable {
        let role: String?
    }
}
