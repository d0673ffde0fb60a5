-- All-time totals that follow every insert, update, delete, COPY and TRUNCATE of metrics in the same transaction, whoever writes.
-- Rows without a user belong to nobody and count nowhere.
--
-- A transition table is read alone, into arrays, and the totals are written from the arrays: so the same triggers work where the
-- tables are distributed (Citus cannot join the two). Keys are taken in one order everywhere, so that writers do not deadlock.

create table livinglytics.totals (
  user_id uuid not null,
  metric_name text not null,
  source_name text not null,
  account_ref text not null,
  total numeric not null,
  entries bigint not null,
  primary key (user_id, metric_name, source_name, account_ref)
);
comment on table livinglytics.totals is 'Per user, metric, source and account: the sum of all entries and how many there are. Kept by triggers.';
select livinglytics.close_relation('livinglytics.totals');

create function livinglytics.add_to_totals(
  users uuid[], metrics text[], sources text[], accounts text[], sums numeric[], counts bigint[]
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- A sync posts a few keys: single upserts are quicker there. A COPY brings many.
  if cardinality(users) <= 8 then
    for i in 1 .. cardinality(users) loop
      insert into livinglytics.totals as t values (users[i], metrics[i], sources[i], accounts[i], sums[i], counts[i])
        on conflict (user_id, metric_name, source_name, account_ref)
        do update set total = t.total + excluded.total, entries = t.entries + excluded.entries;
    end loop;
  else
    insert into livinglytics.totals as t select * from unnest(users, metrics, sources, accounts, sums, counts)
      on conflict (user_id, metric_name, source_name, account_ref)
      do update set total = t.total + excluded.total, entries = t.entries + excluded.entries;
  end if;
end $$;

-- Never makes a row: the erase of a user may have taken the totals first.
create function livinglytics.take_from_totals(
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
  end loop;
end $$;

create function livinglytics.totals_follow() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare u uuid[]; m text[]; s text[]; a text[]; v numeric[]; n bigint[];
begin
  case tg_op
    when 'INSERT' then
      select array_agg(user_id), array_agg(metric_name), array_agg(source_name), array_agg(account_ref), array_agg(x), array_agg(k)
        into u, m, s, a, v, n
        from (select user_id, metric_name, source_name, account_ref, sum(metric_value) x, count(*) k
                from inserted where user_id is not null group by 1, 2, 3, 4 order by 1, 2, 3, 4) g;
      if u is not null then perform livinglytics.add_to_totals(u, m, s, a, v, n); end if;
    when 'DELETE' then
      select array_agg(user_id), array_agg(metric_name), array_agg(source_name), array_agg(account_ref), array_agg(x), array_agg(k)
        into u, m, s, a, v, n
        from (select user_id, metric_name, source_name, account_ref, sum(metric_value) x, count(*) k
                from deleted where user_id is not null group by 1, 2, 3, 4 order by 1, 2, 3, 4) g;
      if u is not null then perform livinglytics.take_from_totals(u, m, s, a, v, n); end if;
    when 'UPDATE' then
      select array_agg(user_id), array_agg(metric_name), array_agg(source_name), array_agg(account_ref), array_agg(x), array_agg(k)
        into u, m, s, a, v, n
        from (select user_id, metric_name, source_name, account_ref, sum(value) x, sum(one)::bigint k
                from (select user_id, metric_name, source_name, account_ref, metric_value value, 1 one from inserted
                      union all
                      select user_id, metric_name, source_name, account_ref, -metric_value, -1 from deleted) both_sides
               where user_id is not null
               group by 1, 2, 3, 4 having sum(value) <> 0 or sum(one) <> 0 order by 1, 2, 3, 4) g;
      if u is not null then
        perform livinglytics.add_to_totals(u, m, s, a, v, n);
        -- Rows that an update moved away leave nothing behind.
        perform livinglytics.take_from_totals(u, m, s, a, array_fill(0::numeric, array[cardinality(u)]), array_fill(0::bigint, array[cardinality(u)]));
      end if;
    when 'TRUNCATE' then
      truncate livinglytics.totals;
  end case;
  return null;
end $$;

do $$
declare f text;
begin
  for f in select oid::regprocedure from pg_proc where pronamespace = 'livinglytics'::regnamespace loop
    execute format('revoke all on function %s from public', f);
  end loop;
end $$;

-- Writers wait here until the first totals stand: none of their rows may fall between.
lock table public.metrics in share row exclusive mode;

create trigger metrics_totals_insert after insert on public.metrics referencing new table as inserted
  for each statement execute function livinglytics.totals_follow();
create trigger metrics_totals_update after update on public.metrics referencing old table as deleted new table as inserted
  for each statement execute function livinglytics.totals_follow();
create trigger metrics_totals_delete after delete on public.metrics referencing old table as deleted
  for each statement execute function livinglytics.totals_follow();
create trigger metrics_totals_truncate after truncate on public.metrics
  for each statement execute function livinglytics.totals_follow();

insert into livinglytics.totals
  select user_id, metric_name, source_name, account_ref, sum(metric_value), count(*)
  from public.metrics where user_id is not null group by 1, 2, 3, 4;
