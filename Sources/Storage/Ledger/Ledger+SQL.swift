// The SQL of a posting.
import Domain
import Postgres

extension Ledger {
    static func names(_ account: Account) -> SQL {
        "user_id = \(account.user) and source_name = \(account.source) and account_ref = \(account.ref)"
    }

    /// Entries of the metrics, sources, accounts and days of `places`, and perhaps others of a mixture of them: what is joined with it leaves those
    /// out. Asked for as a join, PostgreSQL reads the same days once per metric where it has no statistics yet; as arrays it can't.
    static func entries(_ user: UserID, of places: SQL, columns: SQL, tail: SQL = "") -> SQL {
        """
        select \(columns) from public.metrics m
        where m.user_id = \(user) and m.metric_name = any(array(select metric_name from \(places)))
          and m.source_name = any(array(select source_name from \(places))) and m.account_ref = any(array(select account_ref from \(places)))
          and m.metric_date between (select min(first_day) from \(places)) and (select max(last_day) from \(places))
        \(tail)
        """
    }

    /// Staged points against what the ledger has. A point that exists keeps its presence whatever that adds up to; one that does not,
    /// or was withdrawn, gets what brings it to 1; one that is withdrawn, what brings it to 0.
    private static func differences(_ user: UserID) -> SQL {
        """
        bounds as materialized (
          select source_name, account_ref, metric_name, min(metric_date) as first_day, max(metric_date) as last_day
          from pg_temp.staged_points group by 1, 2, 3
        ), known as (
          \(entries(
            user,
            of: "bounds",
            columns: "source_name, account_ref, metric_name, metric_date, sum(metric_value) as value, sum(presence) as presence",
            tail: "group by 1, 2, 3, 4"
          ))
        ), differences as (
          select source_name, account_ref, metric_name, metric_date, s.value, s.line,
                 coalesce(s.value, 0) - coalesce(k.value, 0) as change,
                 case when s.value is null then -coalesce(k.presence, 0)
                      when coalesce(k.presence, 0) > 0 then 0 else 1 - coalesce(k.presence, 0) end as presence
          from pg_temp.staged_points s left join known k using (source_name, account_ref, metric_name, metric_date)
        )
        """
    }

    private static let summary: SQL =
        """
        select source_name, account_ref, metric_name, count(value), min(metric_date), max(metric_date), coalesce(sum(value), 0),
               count(*) filter (where value is not null and presence <> 0),
               count(*) filter (where value is not null and presence = 0 and change <> 0),
               count(*) filter (where value is null and (presence <> 0 or change <> 0))
        from differences group by 1, 2, 3 order by 1, 2, 3
        """

    /// What a posting would do.
    static func report(_ user: UserID) -> SQL {
        "with \(differences(user)) \(summary)"
    }

    /// From `changes`: `stamp`, later than any before of the accounts that they are of, whatever the clock does; and where an import's entries are.
    static func stamping(_ user: UserID, _ id: ImportID) -> SQL {
        """
        stamp as materialized (
          select greatest(clock_timestamp(), max(a.last_posted_at) + interval '1 microsecond') as at
          from livinglytics.accounts a
          where a.user_id = \(user) and (a.source_name, a.account_ref) in (select source_name, account_ref from changes)
        ), stamped as (
          update livinglytics.accounts set last_posted_at = (select at from stamp)
          where user_id = \(user) and (source_name, account_ref) in (select source_name, account_ref from changes)
        ), listed as (
          insert into livinglytics.import_metrics as p (user_id, import_id, metric_name, source_name, account_ref, first_day, last_day)
          select \(user)::uuid, \(id)::uuid, metric_name, source_name, account_ref, min(metric_date), max(metric_date)
          from changes group by 3, 4, 5
          on conflict (user_id, import_id, metric_name, source_name, account_ref)
            do update set first_day = least(p.first_day, excluded.first_day), last_day = greatest(p.last_day, excluded.last_day)
        )
        """
    }

    /// Writes the differences, under one stamp.
    static func write(_ user: UserID, _ provenance: Provenance) -> SQL {
        let meta = provenance.meta.description
        return """
            with \(differences(user)), changes as materialized (
              select * from differences where change <> 0 or presence <> 0
            ), \(stamping(user, provenance.importID)), written as (
              insert into public.metrics
                (user_id, source_name, account_ref, metric_name, metric_date, metric_value, presence, import_id, meta, created_at)
              select \(user)::uuid, c.source_name, c.account_ref, c.metric_name, c.metric_date, c.change, c.presence, \(provenance.importID)::uuid,
                     case when c.line is null then \(meta)::jsonb else jsonb_set(\(meta)::jsonb, '{line}', to_jsonb(c.line)) end,
                     (select at from stamp)
              from changes c
              order by c.source_name, c.account_ref, c.metric_name, c.metric_date
            )
            \(summary)
            """
    }
}
