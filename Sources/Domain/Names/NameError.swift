// Why a name was refused: in words that say what is allowed.

/// A metric, source or account name that can't be used.
package enum NameError: Error, Hashable {
    case metric(String)
    case source(String)
    case account(String)
}

extension NameError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .metric(let text):
            "\(text.quoted) can't name a metric: a name has 1 to \(MetricName.longest) lower-case letters, digits and _, and starts with a "
                + "letter; after a dot upper case is allowed too, as in ad_spend.EUR"
        case .source(let text):
            "\(text.quoted) can't name a source: a name has 1 to \(SourceName.longest) lower-case letters, digits, _, - and dots, and "
                + "starts with a letter, as in google-analytics"
        case .account(let text):
            "\(text.quoted) can't be an account: that is at most \(AccountRef.longest) characters, without control characters or line "
                + "breaks; leave it empty where a source has only one"
        }
    }
}
