// What a number must be, in plain SQL over `metrics`: every point of the user is made anew for every question, by nothing that the product uses.
import Domain
import Postgres

/// How metrics add up, said once more for the tests.
enum Kind {
    case sum
    case last(adds: Bool)
    case unique(windows: [Int: String])
    case ratio(n: String?, d: String)

    static let all: [(name: MetricName, kind: Kind)] = [
        ("sessions", .sum), ("engaged_sessions", .sum), ("search_impressions", .sum), ("clicks", .sum), ("custom", .sum),
        ("followers", .last(adds: true)), ("reach_7d", .last(adds: false)), ("reach_28d", .last(adds: false)),
        ("reach", .unique(windows: [7: "reach_7d", 28: "reach_28d"])), ("accounts_engaged", .unique(windows: [:])),
        ("engagement_rate", .ratio(n: "engaged_sessions", d: "sessions")), ("ctr", .ratio(n: "clicks", d: "search_impressions")),
        ("position", .ratio(n: nil, d: "search_impressions")),
    ]
}

struct Oracle {
    let user: UserID
    let bySource: Bool
    let byAccount: Bool
    let asOf: String?

    /// Rows of source, account, value, reason; those of groups without a point are not there.
    func sql(_ name: MetricName, _ kind: Kind, _ days: Days) -> SQL {
        let (from, to) = (days.lowerBound, days.upperBound)
        let inDays: SQL = "metric_date between \(from) and \(to)"
        let points: SQL = """
            with p as (
              select metric_name, source_name, account_ref, metric_date, sum(metric_value) as v,
                     \(unsafe: bySource ? "source_name" : "null::text") as g1, \(unsafe: byAccount ? "account_ref" : "null::text") as g2
              from metrics where user_id = \(user) and (\(asOf)::timestamptz is null or created_at <= \(asOf)::timestamptz)
              group by 1, 2, 3, 4 having sum(presence) > 0
            )
            """
        switch kind {
        case .sum:
            return "\(points) select g1, g2, sum(v), '' from p where metric_name = \(name) and \(inDays) group by 1, 2"
        case .last(let adds):
            return """
                \(points) select g1, g2, case when \(adds)::boolean or count(*) = 1 then sum(v) end,
                  case when \(adds)::boolean or count(*) = 1 then '' else 'accounts_do_not_add' end
                from p where metric_name = \(name) and \(inDays) and not exists (
                  select from p newer where newer.metric_name = p.metric_name and newer.source_name = p.source_name
                    and newer.account_ref = p.account_ref and newer.metric_date > p.metric_date and newer.metric_date <= \(to))
                group by 1, 2
                """
        case .unique(let windows):
            let window = windows[days.length] ?? ""
            return """
                \(points), names as (select \(name)::text as name union all select unnest(\(windows.values.sorted())::text[])),
                g as (select distinct g1, g2 from p where metric_name in (select name from names) and \(inDays)),
                f as (
                  select g.g1, g.g2,
                    (select count(distinct (source_name, account_ref)) from (
                       select source_name, account_ref from p where metric_name in (select name from names)
                         and p.g1 is not distinct from g.g1 and p.g2 is not distinct from g.g2
                       group by source_name, account_ref, metric_name
                       having min(metric_date) <= \(to) and max(metric_date) >= \(from)::date - 35) live) as live,
                    (select count(distinct (source_name, account_ref)) from p where metric_name = \(name) and \(inDays)
                      and p.g1 is not distinct from g.g1 and p.g2 is not distinct from g.g2) as now,
                    (select sum(v) from p where metric_name = \(name) and \(inDays)
                      and p.g1 is not distinct from g.g1 and p.g2 is not distinct from g.g2) as total,
                    (select max(v) from p where metric_name = \(window) and metric_date = \(to)
                      and p.g1 is not distinct from g.g1 and p.g2 is not distinct from g.g2) as stored
                  from g
                )
                select g1, g2,
                  case when live = 1 and stored is not null then stored when now = 1 and \(days.length)::int = 1 then total end,
                  case when live = 1 and stored is not null then '' when now = 0 then 'no_points' when now > 1 then 'accounts_do_not_add'
                       when \(days.length)::int = 1 then '' else 'days_do_not_add' end
                from f
                """
        case .ratio(let n, let d):
            return """
                \(points), of_metric as (select * from p where metric_name in (\(name)::text, \(n ?? "")::text, \(d)::text)),
                meet as (
                  select \(n == nil)::boolean or exists (select from of_metric where metric_name = \(name)) or exists (
                    select from of_metric n join of_metric d using (source_name, account_ref)
                    where n.metric_name = \(n ?? "") and d.metric_name = \(d)) as yes
                ), j as (
                  select case when yes then source_name end, case when yes then account_ref end, metric_date, g1, g2,
                    sum(case metric_name when \(n ?? "") then v end) as n, sum(case metric_name when \(d) then v end) as d,
                    sum(case metric_name when \(name) then v end) as r
                  from of_metric cross join meet where \(inDays) group by 1, 2, 3, 4, 5
                ), known as (select *, r is not null or n is not null and d is not null as ok from j),
                s as (
                  select g1, g2, count(*) filter (where ok) as days, count(*) filter (where ok and d is null) as bare, max(r) filter (where ok) as one,
                         sum(coalesce(n, r * d)) filter (where ok) as ns, sum(d) filter (where ok) as ds
                  from known group by 1, 2
                ), q as (
                  select *, case when bare = 0 and ds <> 0 then (ns * 1e24 / ds) / 1e24 end as q from s
                )
                select g1, g2,
                  case when bare = 1 and days = 1 then one when q = 0 then 0 when q is not null then round(q, 11 - floor(log(abs(q)))::int) end,
                  case when bare = 1 and days = 1 then '' when days = 0 or bare > 0 then 'parts_missing' when ds = 0 then 'zero_denominator' else '' end
                from q
                """
        }
    }
}
