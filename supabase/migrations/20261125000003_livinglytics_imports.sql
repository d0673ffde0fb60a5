-- What was imported, corrected and undone: a row per import, which outlives its process, and what of it was refused record by record.

create table livinglytics.imports (
  user_id uuid not null references public.users (id) on delete cascade,
  id uuid not null,
  kind text not null check (kind in ('import', 'correction', 'undo')),
  status text not null check (status in ('running', 'posted', 'failed')),
  -- A file's name, a correction's note.
  name text not null,
  started_at timestamptz not null default clock_timestamp(),
  -- While it runs: when its process was last heard of.
  seen_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  bytes_read bigint not null default 0,
  rows_read bigint not null default 0,
  points bigint not null default 0,
  entries bigint not null default 0,
  quarantined bigint not null default 0,
  -- What was answered, as it was written; or why it failed.
  report json,
  failure text,
  undoes uuid,
  idempotency_key text,
  -- What was asked with that key, so that another question with it is noticed.
  request text,
  primary key (user_id, id)
);
comment on table livinglytics.imports is 'One row per import, correction or undo: how far it is, what came of it.';
create unique index imports_idempotency_key on livinglytics.imports (user_id, idempotency_key) where idempotency_key is not null;
create unique index imports_undoes on livinglytics.imports (user_id, undoes) where undoes is not null;
create index imports_newest on livinglytics.imports (user_id, started_at desc, id desc);
select livinglytics.close_relation('livinglytics.imports');

-- Where an import's entries are: they are found by the index of points, without one of their own.
create table livinglytics.import_metrics (
  user_id uuid not null,
  import_id uuid not null,
  metric_name text not null,
  source_name text not null,
  account_ref text not null,
  first_day date not null,
  last_day date not null,
  primary key (user_id, import_id, metric_name, source_name, account_ref),
  foreign key (user_id, import_id) references livinglytics.imports (user_id, id) on delete cascade deferrable initially deferred
);
comment on table livinglytics.import_metrics is 'The metrics and days that an import posted entries to.';
select livinglytics.close_relation('livinglytics.import_metrics');

create table livinglytics.quarantined (
  user_id uuid not null,
  import_id uuid not null,
  line bigint not null,
  stream text not null,
  reason text not null,
  record text not null,
  primary key (user_id, import_id, line),
  foreign key (user_id, import_id) references livinglytics.imports (user_id, id) on delete cascade deferrable initially deferred
);
comment on table livinglytics.quarantined is 'Records of a stream that could not be taken, each with its line and the reason.';
select livinglytics.close_relation('livinglytics.quarantined');

-- Entries that were there before this table.
insert into livinglytics.imports (user_id, id, kind, status, name, started_at, seen_at, ended_at, points, entries)
select user_id, import_id, case when bool_or(meta ? 'correction') then 'correction' else 'import' end, 'posted',
       coalesce(max(meta ->> 'file'), max(meta ->> 'note'), ''), min(created_at), max(created_at), max(created_at), count(*), count(*)
from public.metrics where user_id is not null and import_id is not null and created_at is not null
group by user_id, import_id;

insert into livinglytics.import_metrics
select m.user_id, import_id, metric_name, source_name, account_ref, min(metric_date), max(metric_date)
from public.metrics m join livinglytics.imports i on i.user_id = m.user_id and i.id = m.import_id
group by 1, 2, 3, 4, 5;
