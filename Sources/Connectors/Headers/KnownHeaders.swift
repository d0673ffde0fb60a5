// The headers that platforms write, and the names of our vocabulary for them.

import Domain

/// What is known about headers of any format. All keys are `Header.letters`.
enum KnownHeaders {
    /// Columns that hold the day: in English, German, Spanish, Portuguese and Italian, Japanese.
    static func isDate(_ header: Header) -> Bool {
        ["date", "day", "datum", "fecha", "data", "日付", "metricdate"].contains(header.letters) || dayIndices.contains(header.letters)
            || isNthDay(header)
    }

    /// Days counted from the start date that stands above the table.
    static func isNthDay(_ header: Header) -> Bool { ["nthday", "dían"].contains(header.letters) }

    /// Universal Analytics, in English and French.
    static let dayIndices: Set<String> = ["dayindex", "indexdesjours"]

    private static let days: Set<String> = ["day", "days", "día", "días", "tage", "jours", "dias", "dia"]

    /// `7 days`, `28-Day`, `30 días`, `Active 28 day users`, `Weekly total reach`: what was counted over as many days up to each day.
    static func isWindow(_ header: Header) -> Bool {
        let words = header.text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
        if !Set(words).isDisjoint(with: ["weekly", "monthly"]) { return true }
        return zip(words, words.dropFirst()).contains { Int($0) != nil && days.contains($1) }
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
        // Search Console.
        "averageposition": "position",
    ]

    /// Says nothing by itself: what Meta Business Suite counts in such a column stands above the table. It is not translated.
    static let titled = "primary"

    static let ratios = DerivedRatios.all

    /// What a row of totals has in place of a day.
    static let totals: Set<String> = ["total", "totals", "grandtotal", "gesamt", "gesamtsumme", "summe", "totale", "合計"]

    /// The metric that a header stands for; nil if it makes no name.
    static func metric(for header: Header, in format: FileFormat, title: String?) -> MetricName? {
        if header.letters == titled || format.titlesGoFirst, let title {
            return format.titles(title) ?? metric(for: Header(title), in: .plain, title: nil)
        }
        if header.letters == titled { return nil }
        let english = format.english(header)
        if let known = format.metrics[english.letters] { return known }
        // `Visits %` is no number of visits.
        if header.text.contains("%"), !ratios.keys.contains(where: { $0.text.filter(\.isLetter) == header.letters }) { return nil }
        if let known = metrics[english.letters] { return known }
        do {
            return try MetricName(english.text)
        } catch {
            return snakeCase(english.text)
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
