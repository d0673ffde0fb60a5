-- The brief's three tables, as they are, and closed to the front end's keys.
-- A database where the brief's own script has run keeps its tables and rows: nothing here drops or rewrites.

create schema if not exists livinglytics;
revoke all on schema livinglytics from public;
comment on schema livinglytics is 'Living Lytics: what it keeps beside the tables users, data_sources and metrics';

create table if not exists public.users (
  id uuid primary key default gen_random_uuid(),
  email text unique not null,
  org_id uuid,
  created_at timestamptz default now()
);

create table if not exists public.data_sources (
  id uuid primary key default gen_random_uuid(),
  user_id uuid references public.users (id),
  source_name text not null,
  account_ref text,
  access_token text,
  refresh_token text,
  expires_at timestamptz,
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);

create table if not exists public.metrics (
  id bigserial primary key,
  user_id uuid references public.users (id),
  source_name text not null,
  metric_date date not null,
  metric_name text not null,
  metric_value numeric not null,
  meta jsonb default '{}'::jsonb,
  created_at timestamptz default now()
);

create index if not exists metrics_user_source_date_idx on public.metrics (user_id, source_name, metric_date);
create index if not exists data_sources_user_source_idx on public.data_sources (user_id, source_name);

-- Supabase's data API serves schema public to whoever has the anon key, which every front end carries.
create function livinglytics.close_relation(relation regclass) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  kind "char" := (select relkind from pg_class where oid = relation);
  role_name text;
  owned regclass;
begin
  if kind in ('r', 'p') then
    execute format('alter table %s enable row level security', relation);
  end if;
  for role_name in
    select 'public' union all
    select quote_ident(rolname) from pg_roles where rolname in ('anon', 'authenticated')
  loop
    execute format('revoke all on %s from %s', relation, role_name);
    for owned in
      select s.oid::regclass from pg_class s join pg_depend d on d.objid = s.oid and d.classid = 'pg_class'::regclass
      where s.relkind = 'S' and d.refobjid = relation and d.deptype in ('a', 'i')
    loop
      execute format('revoke all on sequence %s from %s', owned, role_name);
    end loop;
  end loop;
end $$;
revoke all on function livinglytics.close_relation(regclass) from public;
comment on function livinglytics.close_relation is
  'Row-level security on, nothing granted to public, anon or authenticated. Every table of ours is born with it.';

select livinglytics.close_relation('public.users');
select livinglytics.close_relation('public.data_sources');
select livinglytics.close_relation('public.metrics');

-- The brief's model sets updated_at on every update that does not set it itself.
create function livinglytics.touch_updated_at() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.updated_at is not distinct from old.updated_at then
    new.updated_at := now();
  end if;
  return new;
end $$;
revoke all on function livinglytics.touch_updated_at() from public;

create trigger data_sources_touch_updated_at before update on public.data_sources
  for each row execute function livinglytics.touch_updated_at();
