// What DATABASE_URL tells before anybody connects.
import Postgres

enum DatabaseURLFindings {
    private static let name = Setting.databaseURL.name

    static func of(_ text: String, supabaseURL: String?) -> [Finding] {
        let url: ConnectionURL
        do {
            url = try ConnectionURL(text)
        } catch {
            return [.wrong(name, "\(error)")]
        }
        let more = [port(url), tls(url), user(url, supabaseURL: supabaseURL), ignored(url)].compactMap(\.self)
        return more.contains { $0.verdict == .wrong } ? more : [.good(name, "\(url)")] + more
    }

    private static func port(_ url: ConnectionURL) -> Finding? {
        if url.port == 6543 { return nil }
        guard url.isSupabase else { return .warning(name, "port \(url.port) is not 6543, that of a transaction pooler") }
        return .wrong(
            name,
            "port \(url.port) is not the transaction pooler: use port 6543 (Supabase dashboard, Connect, Transaction pooler)"
        )
    }

    private static func tls(_ url: ConnectionURL) -> Finding? {
        switch url.sslMode {
        case "require", "verify-ca", "verify-full": return nil
        case "disable":
            let words = "sslmode is disable: say ?sslmode=require, for the password may travel in clear"
            return url.isLoopback ? .warning(name, words) : .wrong(name, words)
        case let mode:
            let words =
                "sslmode is \(mode ?? "not given"): it is taken for require here. Say ?sslmode=require, for other programs do without TLS"
            return .warning(name, words)
        }
    }

    /// The shared pooler tells projects apart by the user.
    private static func user(_ url: ConnectionURL, supabaseURL: String?) -> Finding? {
        guard url.isSharedPooler, let user = url.user, !user.contains(".") else { return nil }
        let reference = supabaseURL.flatMap(SupabaseFindings.reference) ?? "REF"
        return .wrong(name, "the user \(user) is unknown to a shared pooler: use \(user).\(reference)")
    }

    private static func ignored(_ url: ConnectionURL) -> Finding? {
        guard !url.ignored.isEmpty else { return nil }
        return .warning(name, "has parameters that mean nothing here: \(url.ignored.joined(separator: ", "))")
    }
}

extension ConnectionURL {
    fileprivate var isSharedPooler: Bool { host.hasSuffix(".pooler.supabase.com") }
    fileprivate var isSupabase: Bool { isSharedPooler || host.hasSuffix(".supabase.co") }
    fileprivate var isLoopback: Bool { host == "localhost" || host.hasPrefix("127.") || host == "::1" }
}

extension ConnectionURL {
    /// What a connection that is encrypted leaves open all the same; nil when the server has to prove who it is.
    var trustGap: String? {
        let remedy = "DATABASE_CA_CERT (Supabase dashboard, Database Settings, SSL Configuration) closes that"
        switch sslMode {
        case "verify-full": return nil
        case "verify-ca":
            return "the host's name is not checked: whoever has a certificate of the same authority can read the password. \(remedy)"
        default: return "nobody's certificate is checked: who can redirect the traffic can read the password. \(remedy)"
        }
    }
}
