-- When the newest entry of each account's metric was made: kept beside its total, by the same triggers.
-- A question says how fresh its numbers are; the entries alone would have to be read from the first to the last for that.

-- Writers wait here until the stamps stand. They take metrics first and totals then; so does this.
lock table public.metrics in share row exclusive mode;

alter table livinglytics.totals add column newest_at timestamptz;
comment on table livinglytics.totals is
  'Per user, metric, source and account: the sum of all entries, how many there are, and when the newest was made. Kept by triggers.';

drop function livinglytics.add_to_totals(uuid[], text[], text[], text[], numeric[], bigint[]);

create function livinglytics.add_to_totals(
  users uuid[], metrics text[], sources text[], accounts text[], sums numeric[], counts bigint[], stamps timestamptz[]
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- A sync posts a few keys: single upserts are quicker there. A COPY brings many.
  if cardinality(users) <= 8 then
    for i in 1 .. cardinality(users) loop
      insert into livinglytics.totals as t values (users[i], metrics[i], sources[i], accounts[i], sums[i], counts[i], stamps[i])
        on conflict (user_id, metric_name, source_name, account_ref)
        do update set total = t.total + excluded.total, entries = t.entries + excluded.entries,
          newest_at = greatest(t.newest_at, excluded.newest_at);
    end loop;
  else
    insert into livinglytics.totals as t select * from unnest(users, metrics, sources, accounts, sums, counts, stamps)
      on conflict (user_id, metric_name, source_name, account_ref)
      do update set total = t.total + excluded.total, entries = t.entries + excluded.entries,
        newest_at = greatest(t.newest_at, excluded.newest_at);
  end if;
end $$;

-- Where entries went or changed, the newest of those that are left is looked up: nobody's everyday business.
create or replace function livinglytics.take_from_totals(
  users uuid[], metrics text[], sources text[], accounts text[], sums numeric[], counts bigint[]
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  for i in 1 .. cardinality(users) loop
    update livinglytics.totals t set total = t.total - sums[i], entries = t.entries - counts[i]
      where t.user_id = users[i] and t.metric_name = metrics[i] and t.source_name = sources[i] and t.account_ref = accounts[i];
    delete from livinglytics.totals t
      where t.user_id = users[i] and t.metric_name = metrics[i] and t.source_name = sources[i] and t.account_ref = accounts[i]
        and t.entries = 0;
    update livinglytics.totals t set newest_at = (
        select max(m.created_at) from public.metrics m
        where m.user_id = users[i] and m.metric_name = metrics[i] and m.source_name = sources[i] and m.account_ref = accounts[i])
      where t.user_id = users[i] and t.metric_name = metrics[i] and t.source_name = sources[i] and t.account_ref = accounts[i];
  end loop;
end $$;

create or replace function livinglytics.totals_follow() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare u uuid[]; m text[]; s text[]; a text[]; v numeric[]; n bigint[]; c timestamptz[];
begin
  case tg_op
    when 'INSERT' then
      select array_agg(user_id), array_agg(metric_name), array_agg(source_name), array_agg(account_ref), array_agg(x), array_agg(k), array_agg(newest)
        into u, m, s, a, v, n, c
        from (select user_id, metric_name, source_name, account_ref, sum(metric_value) x, count(*) k, max(created_at) newest
                from inserted where user_id is not null group by 1, 2, 3, 4 order by 1, 2, 3, 4) g;
      if u is not null then perform livinglytics.add_to_totals(u, m, s, a, v, n, c); end if;
    when 'DELETE' then
      select array_agg(user_id), array_agg(metric_name), array_agg(source_name), array_agg(account_ref), array_agg(x), array_agg(k)
        into u, m, s, a, v, n
        from (select user_id, metric_name, source_name, account_ref, sum(metric_value) x, count(*) k
                from deleted where user_id is not null group by 1, 2, 3, 4 order by 1, 2, 3, 4) g;
      if u is not null then perform livinglytics.take_from_totals(u, m, s, a, v, n); end if;
    when 'UPDATE' then
      select array_agg(user_id), array_agg(metric_name), array_agg(source_name), array_agg(account_ref), array_agg(x), array_agg(k), array_agg(newest)
        into u, m, s, a, v, n, c
        from (select user_id, metric_name, source_name, account_ref, sum(value) x, sum(one)::bigint k, max(stamp) newest
                from (select user_id, metric_name, source_name, account_ref, metric_value value, 1 one, created_at stamp from inserted
                      union all
                      select user_id, metric_name, source_name, account_ref, -metric_value, -1, null from deleted) both_sides
               where user_id is not null group by 1, 2, 3, 4 order by 1, 2, 3, 4) g;
      if u is not null then
        perform livinglytics.add_to_totals(u, m, s, a, v, n, c);
        -- Rows that an update moved away leave nothing behind, and what they said of the newest entry may hold no more.
        perform livinglytics.take_from_totals(u, m, s, a, array_fill(0::numeric, array[cardinality(u)]), array_fill(0::bigint, array[cardinality(u)]));
      end if;
    when 'TRUNCATE' then
      truncate livinglytics.totals;
  end case;
  return null;
end $$;

revoke all on function livinglytics.add_to_totals(uuid[], text[], text[], text[], numeric[], bigint[], timestamptz[]) from public;

update livinglytics.totals t set newest_at = g.newest
from (select user_id, metric_name, source_name, account_ref, max(created_at) as newest
      from public.metrics where user_id is not null group by 1, 2, 3, 4) g
where (t.user_id, t.metric_name, t.source_name, t.account_ref) = (g.user_id, g.metric_name, g.source_name, g.account_ref);
