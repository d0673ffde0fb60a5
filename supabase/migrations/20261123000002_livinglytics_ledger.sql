-- The ledger: rows of metrics become entries, and a point is the sum of its entries.

alter table public.metrics
  add column if not exists account_ref text not null default '',
  add column if not exists presence smallint not null default 1,
  add column if not exists import_id uuid;

comment on column public.metrics.presence is
  '1: the first entry of a point. 0: a restatement. -1: a withdrawal. A point exists where its presence adds to more than zero.';
comment on column public.metrics.import_id is 'The import that posted the entry; its file and line stand in meta.';

-- NaN and infinities would swallow every sum they enter.
do $$
declare
  ids text := (
    select string_agg(id::text, ', ') from (
      select id from public.metrics where metric_value in ('NaN', 'Infinity', '-Infinity') order by id limit 10) bad);
begin
  if ids is not null then
    raise exception 'metrics holds values that are not numbers (NaN or infinite), among them the rows with id %', ids
      using hint = 'Correct or delete those rows, then migrate again. Nothing was changed.', errcode = 'check_violation';
  end if;
end $$;
alter table public.metrics add constraint metrics_value_is_finite
  check (metric_value not in ('NaN', 'Infinity', '-Infinity'));

-- All that a point's value needs, so that points are read from the index alone.
create index metrics_points_idx on public.metrics (user_id, metric_name, source_name, account_ref, metric_date)
  include (metric_value, presence, created_at);

create table livinglytics.accounts (
  user_id uuid not null references public.users (id) on delete cascade,
  source_name text not null,
  account_ref text not null default '',
  last_posted_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (user_id, source_name, account_ref)
);
comment on table livinglytics.accounts is
  'An account of a source. A posting locks its row, so that postings of one account follow each other.';
comment on column livinglytics.accounts.last_posted_at is 'The stamp (created_at) of the newest entries posted; the next stamp is later.';
select livinglytics.close_relation('livinglytics.accounts');

create view livinglytics.points with (security_invoker = true) as
  select user_id, metric_name, source_name, account_ref, metric_date,
         sum(metric_value) as value, count(*) as entries, max(created_at) as last_entry_at
  from public.metrics
  where user_id is not null
  group by user_id, metric_name, source_name, account_ref, metric_date
  having sum(presence) > 0;
comment on view livinglytics.points is 'One metric of one account on one day, as it stands now.';
select livinglytics.close_relation('livinglytics.points');
