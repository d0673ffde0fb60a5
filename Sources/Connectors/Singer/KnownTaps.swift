// Taps whose streams need no map: they are known by their fields.
import Domain

enum KnownTaps {
    /// What becomes of a stream; nil if it is of none of these.
    /// - Parameter currency: of money, which neither tap names.
    static func rule(stream: String, keys: [String], properties: Set<String>, currency: String?) -> StreamRule? {
        if properties.isSuperset(of: ["report_start_date", "report_end_date"]) {
            return googleAnalytics(keys: keys, properties: properties, currency: currency)
        }
        if properties.isSuperset(of: ["name", "period", "end_time", "value", "context"]) { return instagram(stream) }
        if properties.isSuperset(of: ["ig_id", "username"]) || properties.isSuperset(of: ["ig_id", "media_type"]) {
            return .skip("posts and profiles are no numbers per day")
        }
        return nil
    }

    /// MeltanoLabs' tap-google-analytics: reports of the GA4 Data API, a field per dimension and metric under its API name.
    private static func googleAnalytics(keys: [String], properties: Set<String>, currency: String?) -> StreamRule? {
        guard keys.contains("date") else { return .skip("the report has no days") }
        var fields: [MetricName: String] = [:]
        for (field, name) in googleMetrics where properties.contains(field) && fields[name] == nil { fields[name] = field }
        if let currency {
            for (field, name) in googleMoney where properties.contains(field) {
                do { fields[try MetricName("\(name).\(currency)")] = field } catch { continue }
            }
        }
        for (ratio, parts) in KnownHeaders.ratios where parts.allSatisfy({ fields[$0] != nil }) { fields[ratio] = nil }
        guard !fields.isEmpty else { return .skip("the report has no metric that adds up, or is known") }
        return .take(StreamShape(source: "ga4", date: .field("date"), metrics: .fields(fields)))
    }

    /// Where two fields of a report mean one metric the first counts.
    private static let googleMetrics: [(field: String, name: MetricName)] = [
        ("sessions", "sessions"), ("engagedSessions", "engaged_sessions"), ("engagementRate", "engagement_rate"), ("activeUsers", "users"),
        ("totalUsers", "users"), ("active1DayUsers", "users"), ("active7DayUsers", "users_7d"), ("active28DayUsers", "users_28d"),
        ("newUsers", "new_users"), ("screenPageViews", "page_views"), ("userEngagementDuration", "engagement_seconds"),
        ("eventCount", "event_count"),
        ("keyEvents", "conversions"), ("conversions", "conversions"), ("transactions", "transactions"),
    ]

    private static let googleMoney = ["totalRevenue": "total_revenue", "purchaseRevenue": "purchase_revenue"]

    /// Vox Media's tap-instagram: a record per metric, whose id is `ACCOUNT/insights/NAME/PERIOD`, the same on every day.
    private static func instagram(_ stream: String) -> StreamRule {
        let names: [String: MetricName]
        switch stream {
        case "user_insights_daily":
            names = [
                "impressions": "impressions", "reach": "reach", "profile_views": "profile_visits", "email_contacts": "email_contacts",
                "get_directions_clicks": "get_directions_clicks", "phone_call_clicks": "phone_call_clicks",
                "text_message_clicks": "text_message_clicks", "website_clicks": "website_clicks",
            ]
        case "user_insights_followers": names = ["follower_count": "follows"]
        case "user_insights_weekly": names = ["reach": "reach_7d"]
        case "user_insights_28day": names = ["reach": "reach_28d"]
        default: return .skip("its numbers are not those of a day")
        }
        return .take(
            StreamShape(
                source: "instagram",
                account: ["id"],
                date: .end("end_time"),
                metrics: .named(name: "name", value: "value"),
                names: names,
                accountIsPrefix: true
            )
        )
    }
}
