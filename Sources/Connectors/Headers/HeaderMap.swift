// What a user says about columns: `--map visits=sessions`, `--map device=`, `--map Tag=date`.

package import Domain

/// Which columns become what, by their headers, where the usual reading of a header isn't wanted.
package struct HeaderMap: Sendable {
    enum Target: Hashable, Sendable {
        case date
        case metric(MetricName)
        case leftOut
    }

    package static let none = HeaderMap()

    private(set) var targets: [Header: Target] = [:]

    private init() {}

    /// - Parameter pairs: `HEADER=METRIC`; `HEADER=date` for the column that holds the days; `HEADER=` or `HEADER=-` leaves a column
    ///   out. Headers are compared without regard to case or to spaces around them.
    package init(_ pairs: [String]) throws(HeaderMapError) {
        for pair in pairs {
            // The last one: a header may have equals signs, a metric can't.
            guard let equals = pair.lastIndex(of: "=") else { throw .notAPair(pair) }
            let header = Header(String(pair[..<equals]))
            guard !header.text.isEmpty else { throw .notAPair(pair) }
            guard targets.updateValue(try Self.target(pair[pair.index(after: equals)...]), forKey: header) == nil else {
                throw .twice(header.text)
            }
        }
    }

    private static func target(_ text: Substring) throws(HeaderMapError) -> Target {
        switch text {
        case "", "-": return .leftOut
        case "date": return .date
        default:
            do {
                return .metric(try MetricName(String(text)))
            } catch {
                throw .name(error)
            }
        }
    }
}

/// Why a mapping can't be used.
package enum HeaderMapError: Error, Hashable {
    case notAPair(String)
    case twice(String)
    case name(NameError)
}

extension HeaderMapError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notAPair(let text): "\(text.quoted) is not of the form HEADER=METRIC, as in --map visits=sessions"
        case .twice(let header): "the column \(header.quoted) is mapped twice: keep one --map for it"
        case .name(let error): error.description
        }
    }
}
