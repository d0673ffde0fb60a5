// The service key: FASTAPI_SECRET_KEY, full rights.

/// Kept as a hash only: nothing that prints a value of this type prints the key.
package struct ServiceKey: Sendable {
    private let digest: [UInt8]

    /// - Parameter text: not empty; a missing key is refused before.
    package init(_ text: String) {
        digest = Digest.sha256(text)
    }

    /// Takes the same time whatever of the token is right: what is compared are hashes, and all of their bytes.
    package func matches(_ token: some StringProtocol) -> Bool {
        zip(digest, Digest.sha256(token)).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
