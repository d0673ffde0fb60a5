// The headers that platforms write, and the names of our vocabulary for them.

import Domain

/// What is known about headers. All keys are `Header.letters`.
enum KnownHeaders {
    /// Columns that hold the day.
    static let dates: Set<String> = ["date", "day", "datum", "fecha", "data", "metricdate", nthDay]

    /// Days counted from the start date that stands above the table.
    static let nthDay = "nthday"

    /// `7 days`, `30 days`: what was counted over as many days up to each day.
    static func isWindow(_ header: Header) -> Bool {
        let length = header.letters.prefix(while: \.isNumber)
        return !length.isEmpty && ["day", "days"].contains(header.letters.dropFirst(length.count))
    }

    /// Only what snake case alone would not give: `Engaged sessions` is `engaged_sessions` by itself.
    static let metrics: [String: MetricName] = [
        // Google Analytics: Universal Analytics and analytics.usa.gov say visits; GA4 renamed conversions to key events.
        "visits": "sessions",
        "keyevents": "conversions",
        "activeusers": "users",
        "totalusers": "users",
        "pageviews": "page_views",
        "screenpageviews": "page_views",
        "userengagementduration": "engagement_seconds",
        // Instagram.
        "totalinteractions": "engagement",
        "followerscount": "followers",
        // Titles of Meta Business Suite.
        "contentinteractions": "engagement",
        "instagramreach": "reach",
        "facebookreach": "reach",
        "instagramprofilevisits": "profile_visits",
        "facebookvisits": "profile_visits",
        "instagramfollows": "follows",
        "facebookfollows": "follows",
        // Search Console.
        "averageposition": "position",
    ]

    /// Search Console's headers in German, Spanish, French and Portuguese.
    private static let translations = [
        "klicks": "clicks", "clics": "clicks", "cliques": "clicks",
        "impressionen": "impressions", "impresiones": "impressions", "impressões": "impressions",
        "posición": "position", "posição": "position", "averageposition": "position",
    ]

    /// Says nothing by itself: what Meta Business Suite counts in such a column stands above the table.
    static let titled = "primary"

    /// In a table with these, `Impressions` are Search Console's; other platforms mean other things by the word.
    static let searchConsole: Set<String> = ["clicks", "impressions", "ctr", "position"]

    /// Ratios that follow from other columns. Where the parts are there the ratio is left out: stored too, the three could disagree.
    static let ratios: [MetricName: [MetricName]] = [
        "ctr": ["clicks", "search_impressions"],
        "engagement_rate": ["engaged_sessions", "sessions"],
    ]

    static func isSearchConsole(_ headers: [Header]) -> Bool {
        searchConsole.isSubset(of: headers.map { translations[$0.letters] ?? $0.letters })
    }

    /// The metric that a header stands for; nil if it makes no name.
    static func metric(for header: Header, inSearchConsole: Bool, title: String?) -> MetricName? {
        if header.letters == titled {
            return title == nil ? nil : metric(for: header.named(by: title), inSearchConsole: false, title: nil)
        }
        // `Visits %` is no number of visits.
        if header.text.contains("%"), !ratios.keys.contains(where: { $0.text.filter(\.isLetter) == header.letters }) { return nil }
        if inSearchConsole {
            let letters = translations[header.letters] ?? header.letters
            if letters == "impressions" { return "search_impressions" }
            if letters != header.letters { return metric(for: Header(letters), inSearchConsole: false, title: nil) }
        }
        if let known = metrics[header.letters] { return known }
        do {
            return try MetricName(header.text)
        } catch {
            return snakeCase(header.text)
        }
    }

    /// `Reached audience` -> `reached_audience`, `newUsers` -> `new_users`. Letters beyond ASCII have no agreed spelling in it: nil.
    private static func snakeCase(_ text: String) -> MetricName? {
        guard text.unicodeScalars.allSatisfy({ $0.isASCII || !$0.properties.isAlphabetic }) else { return nil }
        // Only the names of an API are written like this; a header in words begins with a capital or has spaces.
        let isCamelCase = text.first?.isLowercase == true && !text.contains(" ")
        var words: [String] = [""]
        for character in text {
            if !character.isASCII || !(character.isLetter || character.isNumber) || (isCamelCase && character.isUppercase) {
                words.append("")
            }
            if character.isASCII, character.isLetter || character.isNumber { words[words.count - 1] += character.lowercased() }
        }
        do {
            return try MetricName(words.filter { !$0.isEmpty }.joined(separator: "_"))
        } catch {
            return nil
        }
    }
}

extension Header {
    /// The header that says what is in its column: a title above the table, where the one in the table says nothing.
    func named(by title: String?) -> Header {
        letters == KnownHeaders.titled ? title.map(Header.init) ?? self : self
    }
}
