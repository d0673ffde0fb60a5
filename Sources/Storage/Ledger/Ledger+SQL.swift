// The SQL of a posting.
import Domain
import Postgres

extension Ledger {
    static func names(_ account: Account) -> SQL {
        "user_id = \(account.user) and source_name = \(account.source) and account_ref = \(account.ref)"
    }

    /// Staged points against what the ledger has. A point that exists keeps its presence whatever that adds up to; one that does not,
    /// or was withdrawn, gets what brings it to 1.
    private static func differences(_ account: Account) -> SQL {
        """
        known as (
          select metric_name, metric_date, sum(metric_value) as value, sum(presence) as presence
          from public.metrics
          where \(names(account)) and metric_name in (select distinct metric_name from pg_temp.staged_points)
            and metric_date between (select min(metric_date) from pg_temp.staged_points)
                                and (select max(metric_date) from pg_temp.staged_points)
          group by metric_name, metric_date
        ), differences as (
          select metric_name, metric_date, s.value, s.line,
                 s.value - coalesce(k.value, 0) as change,
                 case when coalesce(k.presence, 0) > 0 then 0 else 1 - coalesce(k.presence, 0) end as presence
          from pg_temp.staged_points s left join known k using (metric_name, metric_date)
        )
        """
    }

    private static let summary: SQL =
        """
        select metric_name, count(*), sum(value), min(metric_date), max(metric_date),
               count(*) filter (where presence <> 0), count(*) filter (where presence = 0 and change <> 0)
        from differences group by metric_name order by metric_name
        """

    /// What a posting would do.
    static func report(_ account: Account) -> SQL {
        "with \(differences(account)) \(summary)"
    }

    /// Writes the differences. Their stamp is later than any of this account's before, whatever the clock does.
    static func write(_ account: Account, _ provenance: Provenance) -> SQL {
        let meta = provenance.meta.description
        return """
            with \(differences(account)), stamp as (
              update livinglytics.accounts
              set last_posted_at = greatest(clock_timestamp(), last_posted_at + interval '1 microsecond')
              where \(names(account)) and exists (select from differences where change <> 0 or presence <> 0)
              returning last_posted_at
            ), written as (
              insert into public.metrics
                (user_id, source_name, account_ref, metric_name, metric_date, metric_value, presence, import_id, meta, created_at)
              select \(account.user)::uuid, \(account.source), \(account.ref), d.metric_name, d.metric_date, d.change, d.presence, \(provenance.importID)::uuid,
                     case when d.line is null then \(meta)::jsonb else jsonb_set(\(meta)::jsonb, '{line}', to_jsonb(d.line)) end,
                     (select last_posted_at from stamp)
              from differences d
              where d.change <> 0 or d.presence <> 0
              order by d.metric_name, d.metric_date
            )
            \(summary)
            """
    }
}
