// Looks at the certificate that the other end showed: libpq says "certificate verify failed" whatever was wrong with it.
import COpenSSL

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Whether a certificate is of today. Who signed it is for libpq to check.
enum PeerCertificate: Equatable {
    case current
    /// Holds its last day, in UTC: `2026-11-01`.
    case expired(String)
    /// Holds its first day.
    case notYetValid(String)

    /// - Parameter session: an `SSL *` of OpenSSL, as libpq has it.
    init?(ofSession session: OpaquePointer) {
        guard let certificate = unsafe SSL_get1_peer_certificate(session) else { return nil }
        defer { unsafe X509_free(certificate) }
        let (first, last) = unsafe (X509_get0_notBefore(certificate), X509_get0_notAfter(certificate))
        // Negative: earlier than now; 0: can't be read.
        if unsafe X509_cmp_current_time(last) < 0 {
            self = unsafe .expired(Self.day(last))
        } else if unsafe X509_cmp_current_time(first) > 0 {
            self = unsafe .notYetValid(Self.day(first))
        } else {
            self = .current
        }
    }

    private static func day(_ time: UnsafePointer<ASN1_TIME>?) -> String {
        var parts = unsafe tm()
        guard unsafe ASN1_TIME_to_tm(time, &parts) == 1 else { return "an unreadable day" }
        func two(_ number: CInt) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return unsafe "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
    }
}
