-- The brief's table of numbers with the brief's index and nothing of ours: no trigger, no ledger.

create schema brief;
create table brief.metrics (
  id bigserial primary key,
  user_id uuid references public.users (id),
  source_name text not null,
  metric_date date not null,
  metric_name text not null,
  metric_value numeric not null,
  meta jsonb default '{}',
  created_at timestamptz default now()
);
create index on brief.metrics (user_id, source_name, metric_date);
