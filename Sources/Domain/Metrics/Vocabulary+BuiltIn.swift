// The metrics that we know: what providers call them, and how they add up.

extension Vocabulary {
    package static let builtIn: [Metric] = ga4 + instagram + searchConsole + ads

    /// GA4 restates for 24 to 48 hours, attribution for longer.
    private static let ga4: [Metric] = [
        Metric(
            name: "sessions",
            label: "Sessions",
            unit: .count,
            aggregation: .sum,
            settlingDays: 2,
            fields: [ProviderField("ga4", "sessions")],
            note: "GA4 estimates sessions, and one over midnight counts on both days."
        ),
        Metric(
            name: "conversions",
            label: "Conversions",
            unit: .count,
            aggregation: .sum,
            settlingDays: 12,
            fields: [ProviderField("ga4", "keyEvents"), ProviderField("ga4", "conversions")],
            note: "May be fractional: attribution shares a conversion between channels, and is restated for up to 12 days."
        ),
        Metric(
            name: "engaged_sessions",
            label: "Engaged sessions",
            unit: .count,
            aggregation: .sum,
            settlingDays: 2,
            fields: [ProviderField("ga4", "engagedSessions")]
        ),
        Metric(
            name: "engagement_rate",
            label: "Engagement rate",
            unit: .ratio,
            aggregation: .ratio(of: "engaged_sessions", by: "sessions"),
            settlingDays: 2,
            fields: [ProviderField("ga4", "engagementRate")]
        ),
        Metric(
            name: "engagement_seconds",
            label: "Engagement time",
            unit: .seconds,
            aggregation: .sum,
            settlingDays: 2,
            fields: [ProviderField("ga4", "userEngagementDuration")]
        ),
        Metric(
            name: "users",
            label: "Users",
            unit: .people,
            aggregation: .unique(windows: [7: "users_7d", 28: "users_28d"]),
            settlingDays: 2,
            fields: [ProviderField("ga4", "activeUsers"), ProviderField("ga4", "totalUsers")]
        ),
        Metric(
            name: "page_views",
            label: "Page views",
            unit: .count,
            aggregation: .sum,
            settlingDays: 2,
            fields: [ProviderField("ga4", "screenPageViews")]
        ),
    ]

    /// Instagram restates for up to 48 hours.
    private static let instagram: [Metric] = [
        Metric(
            name: "reach",
            label: "Reach",
            unit: .accounts,
            aggregation: .unique(windows: [7: "reach_7d", 28: "reach_28d"]),
            settlingDays: 2,
            fields: [ProviderField("instagram", "reach")]
        ),
        Metric(
            name: "reach_7d",
            label: "Reach over 7 days",
            unit: .accounts,
            aggregation: .last(accountsAdd: false),
            settlingDays: 2,
            fields: [ProviderField("instagram", "reach, period week")]
        ),
        Metric(
            name: "reach_28d",
            label: "Reach over 28 days",
            unit: .accounts,
            aggregation: .last(accountsAdd: false),
            settlingDays: 2,
            fields: [ProviderField("instagram", "reach, period days_28")]
        ),
        Metric(
            name: "views",
            label: "Views",
            unit: .count,
            aggregation: .sum,
            settlingDays: 2,
            fields: [ProviderField("instagram", "views")],
            note: "Instagram counts views in place of impressions."
        ),
        Metric(
            name: "engagement",
            label: "Interactions",
            unit: .count,
            aggregation: .sum,
            settlingDays: 2,
            fields: [ProviderField("instagram", "total_interactions")]
        ),
        Metric(
            name: "accounts_engaged",
            label: "Accounts engaged",
            unit: .accounts,
            aggregation: .unique(windows: [:]),
            settlingDays: 2,
            fields: [ProviderField("instagram", "accounts_engaged")]
        ),
        Metric(
            name: "followers",
            label: "Followers",
            unit: .count,
            aggregation: .last(accountsAdd: true),
            settlingDays: 2,
            fields: [ProviderField("instagram", "followers_count")]
        ),
    ]

    /// Search Console's newest days are marked fresh, and final after some three.
    private static let searchConsole: [Metric] = [
        Metric(
            name: "clicks",
            label: "Search clicks",
            unit: .count,
            aggregation: .sum,
            settlingDays: 3,
            fields: [ProviderField("search_console", "clicks")]
        ),
        Metric(
            name: "search_impressions",
            label: "Search impressions",
            unit: .count,
            aggregation: .sum,
            settlingDays: 3,
            fields: [ProviderField("search_console", "impressions")]
        ),
        Metric(
            name: "ctr",
            label: "Click-through rate",
            unit: .ratio,
            aggregation: .ratio(of: "clicks", by: "search_impressions"),
            settlingDays: 3,
            fields: [ProviderField("search_console", "ctr")]
        ),
        Metric(
            name: "position",
            label: "Average position",
            unit: .rank,
            aggregation: .weighted(by: "search_impressions"),
            direction: .down,
            settlingDays: 3,
            fields: [ProviderField("search_console", "position")]
        ),
    ]

    private static let ads: [Metric] = [
        adSpend(perCurrency, currency: nil),
        Metric(
            name: "ad_reach",
            label: "Ad reach",
            unit: .accounts,
            aggregation: .unique(windows: [:]),
            settlingDays: 28,
            fields: [ProviderField("meta_ads", "reach")]
        ),
    ]
}
