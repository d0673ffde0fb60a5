// Where a checkout's stack is kept when nobody says otherwise.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension LocalStack {
    /// `<checkout>/.livinglytics`; as root `/var/lib/livinglytics/<hash of the path>`, since the servers then run as the user
    /// `postgres`, who often cannot enter a checkout below /root.
    package static func defaultDirectory(forCheckout checkout: String) -> String {
        defaultDirectory(forCheckout: checkout, asRoot: geteuid() == 0)
    }

    static func defaultDirectory(forCheckout checkout: String, asRoot: Bool) -> String {
        let path = Files.absolute(checkout)
        return asRoot ? "/var/lib/livinglytics/\(shortHash(path))" : "\(path)/.livinglytics"
    }

    /// 64-bit FNV-1a in hexadecimal: the same on every machine and in every build, which `Hasher` is not.
    private static func shortHash(_ text: String) -> String {
        let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
