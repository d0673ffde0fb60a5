// Connection URLs of the stack, in the form DATABASE_URL has.

extension LocalStack {
    /// Which of the two servers a connection goes to.
    package enum Route: Sendable, Hashable {
        case pooler
        case direct
    }

    /// How much of TLS a client asks for. Both servers speak it; the pooler takes nothing else.
    package enum TLS: Sendable, Hashable {
        /// Encrypted, nobody's identity checked: `sslmode=require`.
        case require
        /// Encrypted, and the server's certificate checked against our CA: `sslmode=verify-full`.
        case verifyFull
    }

    /// A URL such as `postgresql+psycopg://postgres:…@127.0.0.1:6543/postgres?sslmode=require`. It holds the password.
    ///
    /// - Parameters:
    ///   - database: any database of the server; the pooler knows them all.
    ///   - login: who logs in; `postgres` when nil.
    ///   - scheme: `postgresql` for libpq's own tools, which do not know the `+psycopg` of the brief.
    package func url(
        database: String = "postgres",
        through route: Route = .pooler,
        as login: Login? = nil,
        tls: TLS = .require,
        scheme: String = "postgresql+psycopg"
    ) -> String {
        let login = login ?? owner
        let endpoint = route == .pooler ? pooler : server
        let query =
            switch tls {
            case .require: "sslmode=require"
            case .verifyFull: "sslmode=verify-full&sslrootcert=\(Self.percentEncoded(caCertificate))"
            }
        let userInfo = "\(Self.percentEncoded(login.role)):\(Self.percentEncoded(login.password))"
        return "\(scheme)://\(userInfo)@\(endpoint.host):\(endpoint.port)/\(Self.percentEncoded(database))?\(query)"
    }

    /// RFC 3986: everything but the unreserved characters as %XX.
    static func percentEncoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { encoded, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                encoded.append("%")
                encoded.append(digits[Int(byte >> 4)])
                encoded.append(digits[Int(byte & 15)])
            }
        }
    }
}
