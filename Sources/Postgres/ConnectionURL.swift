// Connection URLs as the brief, Supabase, libpq, SQLAlchemy and Prisma write them.
import CLibPQ

/// Where a database is and how to sign in. Its `description` hides the password.
///
/// libpq parses the URL itself (percent-encoding, IPv6, several hosts). Before that, the driver that SQLAlchemy appends to the scheme
/// (`postgresql+psycopg://`) is taken off, and parameters that mean something to other clients only (`?pgbouncer=true`) are set aside.
package struct ConnectionURL: Sendable, Equatable {
    /// libpq's keywords and values, as given.
    private(set) var options: [String: String]
    /// Parameters that this client does not use, by name.
    package let ignored: [String]

    /// Parameters of the URL that reach libpq. Not among them: `options`, which a transaction pooler refuses at start-up.
    private static let understood: Set<String> = [
        "host", "hostaddr", "port", "user", "password", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "sslsni",
        "ssl_min_protocol_version", "application_name", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
        "tcp_user_timeout", "target_session_attrs",
    ]

    /// - Throws: `PostgresError.invalidURL` in words that never quote the URL: it holds a password.
    package init(_ text: String) throws(PostgresError) {
        let text = text.trimmed
        guard let schemeEnd = text.firstRange(of: "://") else {
            throw .invalidURL("it is no URL: it should begin with postgresql:// (or postgresql+psycopg://)")
        }
        let scheme = text[..<schemeEnd.lowerBound].split(separator: "+", omittingEmptySubsequences: false)
        guard scheme.count <= 2, let first = scheme.first, ["postgresql", "postgres"].contains(first) else {
            throw .invalidURL("its scheme is not postgresql:// (or postgresql+psycopg://)")
        }
        let rest = text[schemeEnd.upperBound...]
        let (address, query) = rest.splitOnce(at: "?")
        var kept: [Substring] = []
        var ignored: [String] = []
        for parameter in (query ?? "").split(separator: "&") {
            let name = String(parameter.splitOnce(at: "=").0)
            if Self.understood.contains(name) {
                kept.append(parameter)
            } else if parameter.unicodeScalars.contains("@") {
                throw .invalidURL("an @ stands behind a ?: \(Self.encoding)")
            } else {
                ignored.append(name)
            }
        }
        if address.unicodeScalars.filter({ $0 == "@" }).count > 1 { throw .invalidURL("it has more than one @: \(Self.encoding)") }
        // The rest of such a password would pass for a port, a database or a parameter, which are shown.
        if address.splitOnce(at: "/").1?.unicodeScalars.contains("@") == true {
            throw .invalidURL("an @ stands behind a /: \(Self.encoding)")
        }
        let url = "postgresql://" + address + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
        guard let options = Self.parse(url) else {
            throw .invalidURL("it can't be read as postgresql://USER:PASSWORD@HOST:PORT/DATABASE; \(Self.encoding)")
        }
        if options["host"] == nil, options["hostaddr"] == nil { throw .invalidURL("it names no host") }
        if let port = options["port"], !port.split(separator: ",").allSatisfy({ UInt16($0).map { $0 > 0 } ?? false }) {
            throw .invalidURL("its port is no number from 1 to 65535")
        }
        self.options = options
        self.ignored = ignored
    }

    private static let encoding = "in the password write @ as %40, / as %2F, : as %3A, # as %23, ? as %3F, % as %25"

    private static func parse(_ url: String) -> [String: String]? {
        guard let list = unsafe PQconninfoParse(url, nil) else { return nil }
        defer { unsafe PQconninfoFree(list) }
        var found: [String: String] = [:]
        var option = unsafe list
        while let keyword = unsafe option.pointee.keyword {
            if let value = unsafe option.pointee.val { unsafe found[String(cString: keyword)] = unsafe String(cString: value) }
            unsafe option += 1
        }
        return found
    }

    package var host: String { options["host"] ?? options["hostaddr"] ?? "" }
    package var port: Int { options["port"].flatMap { Int($0) } ?? 5432 }
    package var user: String? { options["user"] }
    package var password: String? { options["password"] }
    package var database: String { options["dbname"] ?? user ?? "postgres" }
    package var sslMode: String? { options["sslmode"] }
    package var sslRootCertificate: String? { options["sslrootcert"] }

    /// The same place with another database.
    package func database(_ name: String) -> ConnectionURL {
        var copy = self
        copy.options["dbname"] = name
        return copy
    }

    /// Turns on `verify-full` against the certificates of a file.
    package func verifying(rootCertificate path: String) -> ConnectionURL {
        var copy = self
        copy.options["sslrootcert"] = path
        copy.options["sslmode"] = "verify-full"
        return copy
    }
}

extension ConnectionURL: CustomStringConvertible, CustomReflectable {
    /// Without it, `dump` and a failing test would show the password.
    package var customMirror: Mirror { Mirror(self, children: []) }

    package var description: String {
        let signIn = user.map { $0 + (password == nil ? "" : ":***") + "@" } ?? ""
        let mode = sslMode.map { "?sslmode=\($0)" } ?? ""
        return "postgresql://\(signIn)\(host):\(port)/\(database)\(mode)"
    }
}

extension StringProtocol {
    /// What stands before the first such scalar, and what after it. As libpq reads it: an accent behind it hides nothing.
    fileprivate func splitOnce(at separator: Unicode.Scalar) -> (SubSequence, SubSequence?) {
        guard let index = unicodeScalars.firstIndex(of: separator) else { return (self[...], nil) }
        return (self[..<index], self[unicodeScalars.index(after: index)...])
    }

    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
