// Why a certificate was not accepted.

/// Found by `verify-full` and `verify-ca`, before anything of ours was sent.
package enum Distrust: Sendable, Equatable {
    /// None of our certificates signed it.
    case unknownAuthority(file: String)
    /// It is past its last day. Holds that day as OpenSSL prints it.
    case expired(String)
    /// Its first day is still to come: its clock or ours is wrong.
    case notYetValid(String)
    /// It belongs to another host. In libpq's words, which name both.
    case otherHost(String)
    /// There is nothing to check it against: the file of certificates is missing or holds none. In libpq's words.
    case noAuthority(String)
}

extension Distrust: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownAuthority(let file): "none of the certificates in \(file) signed that of the server"
        case .expired(let day): "the server's certificate expired on \(day)"
        case .notYetValid(let day): "the server's certificate is not valid before \(day)"
        case .otherHost(let words), .noAuthority(let words): words
        }
    }
}
