// Where a request comes from: its address, its scheme, and the page that sent it.
import HTTPTypes
import Hummingbird
package import Identity
import NIOCore

package struct OriginRules: Sendable {
    private let proxies: TrustedProxies
    private let allowed: AllowedOrigins

    package init(proxies: TrustedProxies, allowed: AllowedOrigins) {
        (self.proxies, self.allowed) = (proxies, allowed)
    }

    /// The address that failed sign-ins are counted by.
    func network(of request: Request, _ channel: any Channel) -> String {
        let client = proxies.client(peer: channel.remoteAddress?.ipAddress ?? "", forwarded: request.headers[values: .xForwardedFor])
        return TrustedProxies.network(of: client)
    }

    /// Somebody at this machine who asks for this machine. A proxy on it would tell of the name that its client asked for, or of itself.
    func isAtThisMachine(_ request: Request, _ channel: any Channel) -> Bool {
        guard let peer = channel.remoteAddress?.ipAddress, Self.loopback.contain(peer), let host = request.head.authority else {
            return false
        }
        let isForwarded = request.headers.contains { field in
            let name = field.name.canonicalName
            return name.hasPrefix("x-forwarded") || ["forwarded", "via", "x-real-ip", "cf-connecting-ip"].contains(name)
        }
        let name = host.hasPrefix("[") ? host.prefix { $0 != "]" } + "]" : host.prefix { $0 != ":" }
        return !isForwarded && ["127.0.0.1", "localhost", "[::1]"].contains(name)
    }

    /// Whether the browser speaks TLS to the proxy before us. We speak none ourselves.
    func isTLS(_ request: Request, _ channel: any Channel) -> Bool {
        guard let scheme = request.headers[.xForwardedProto] else { return false }
        return scheme == "https" && isTrusted(channel)
    }

    /// A page may use its visitor's cookie if it is one of ours, or of an origin that ALLOW_ORIGINS names. `*` names none.
    func mayAct(_ request: Request, _ channel: any Channel) -> Bool {
        guard let origin = request.headers[.origin] else { return false }
        return allowed.names(origin) || isOurs(origin, request, channel)
    }

    private func isOurs(_ origin: String, _ request: Request, _ channel: any Channel) -> Bool {
        guard let mark = origin.firstRange(of: "://") else { return false }
        // What the browser asked for: a proxy may ask us for something else.
        let forwarded = isTrusted(channel) ? request.headers[.xForwardedHost]?.prefix { $0 != "," } : nil
        guard let host = forwarded ?? request.head.authority?[...], origin[mark.upperBound...] == host else { return false }
        let scheme = origin[..<mark.lowerBound]
        return scheme == "https" || scheme == "http" && !isTLS(request, channel)
    }

    private func isTrusted(_ channel: any Channel) -> Bool {
        channel.remoteAddress?.ipAddress.map(proxies.contain) ?? false
    }

    private static let loopback: TrustedProxies = {
        guard let ranges = TrustedProxies("127.0.0.0/8,::1") else { preconditionFailure("these are ranges") }
        return ranges
    }()
}

extension HTTPField.Name {
    static let xForwardedFor = HTTPField.Name("X-Forwarded-For")!
    static let xForwardedProto = HTTPField.Name("X-Forwarded-Proto")!
    static let xForwardedHost = HTTPField.Name("X-Forwarded-Host")!
}
