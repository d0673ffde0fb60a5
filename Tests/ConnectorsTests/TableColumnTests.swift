// Headers: which become what, with and without a map.

import Connectors
import Domain
import Testing

@Suite struct TableColumnTests {
    @Test(arguments: [
        ("visits", "sessions"), ("Sessions", "sessions"), ("Key events", "conversions"), ("keyEvents", "conversions"),
        ("CONVERSIONS", "conversions"),
        ("Active users", "users"), ("totalUsers", "users"), ("Users", "users"), ("Reach", "reach"), ("Views", "views"),
        ("Pageviews", "page_views"),
        ("Page views", "page_views"), ("screenPageViews", "page_views"), ("followers_count", "followers"),
        ("total_interactions", "engagement"),
        ("Engagement", "engagement"), ("Impressions", "impressions"), ("Clicks", "clicks"), ("Average position", "position"),
        ("ad_spend.EUR", "ad_spend.EUR"), ("search_impressions", "search_impressions"), ("Reached audience", "reached_audience"),
        ("newUsers", "new_users"), ("IG Reach", "ig_reach"), ("Cost / click (USD)", "cost_click.USD"), ("Cost (EUR)", "ad_spend.EUR"),
        ("Amount spent (GBP)", "ad_spend.GBP"), ("  Likes  ", "likes"),
        ("reach_28d", "reach_28d"),
        ("userEngagementDuration", "engagement_seconds"), ("Link-Clicks", "link_clicks"),
    ])
    func namesMetrics(header: String, metric: String) throws {
        #expect(try readTable("date,\(header)\n2024-01-01,1\n").metrics.map(\.name.text) == [metric])
    }

    @Test(arguments: ["date", "Date", "DAY", "Datum", " date ", "metric_date", "\"Date\""])
    func findsTheDay(header: String) throws {
        #expect(try readTable("m,\(header)\n1,2024-01-01\n").texts == ["2024-01-01 m=1"])
    }

    @Test func aMapGoesFirst() throws {
        let text = "When,Visits,Device,Größe,x=y\n2024-01-01,1,phone,3,4\n"
        let table = try readTable(text, map: ["when=date", " VISITS =visits", "device=", "größe=size", "x=y=-"])
        #expect(table.texts == ["2024-01-01 visits=1", "2024-01-01 size=3"])
        #expect(table.columns.map(\.role) == [.date, .metric("visits"), .leftOut(.asked), .metric("size"), .leftOut(.asked)])
    }

    @Test func aMapDecidesBetweenDays() throws {
        #expect(try readTable("date,day,m\n1,2024-01-01,2\n", map: ["date="]).texts == ["2024-01-01 m=2"])
    }

    @Test func aMappedDayLeavesTheOthers() throws {
        #expect(try readTable("day,when\n7,2024-01-01\n", map: ["when=date"]).texts == ["2024-01-01 day=7"])
    }

    @Test func ratiosAreKeptWhereTheirPartsAreNot() throws {
        #expect(try readTable("date,ctr,clicks\n2024-01-01,2.5%,1\n").texts == ["2024-01-01 ctr=0.025", "2024-01-01 clicks=1"])
        let whole = try readTable("date,Engagement rate,Engaged sessions,Sessions\n2024-01-01,0.5,1,2\n")
        #expect(whole.texts == ["2024-01-01 engaged_sessions=1", "2024-01-01 sessions=2"])
        #expect(whole.columns[1].role.description == "left out: follows from engaged_sessions and sessions")
    }

    @Test func emptyColumnsAreLeftOut() throws {
        let table = try readTable("date,m,,\n2024-01-01,1,, \n")
        #expect(table.columns.map(\.role.description) == ["date", "m", "left out: empty", "left out: empty"])
        #expect(
            try refusal("date,m,\n2024-01-01,1,x\n")
                == "column 3 has no header, yet line 2 has \"x\" in it: give it a header, or empty the column"
        )
    }

    @Test(
        arguments: [
            ("visits", .notAPair("visits"), "\"visits\" is not of the form HEADER=METRIC, as in --map visits=sessions"),
            ("=sessions", .notAPair("=sessions"), "\"=sessions\" is not of the form HEADER=METRIC, as in --map visits=sessions"),
        ] as [(String, HeaderMapError, String)]
    )
    func refusesMaps(pair: String, error: HeaderMapError, text: String) {
        #expect(throws: error) { try HeaderMap([pair]) }
        #expect(error.description == text)
    }

    @Test func refusesContradictingMaps() {
        #expect(throws: HeaderMapError.twice("Visits")) { try HeaderMap(["visits=a", "Visits=b"]) }
        #expect(throws: HeaderMapError.name(.metric("Sessions!"))) { try HeaderMap(["visits=Sessions!"]) }
    }
}
