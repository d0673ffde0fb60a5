-- Metrics that the house declares beside the built-in ones: what they are called and how they add up.
-- One vocabulary for all users of an installation: it is small, read with every question, and a reference table where tables are distributed.

create table livinglytics.declared_metrics (
  name text primary key,
  label text not null,
  unit text not null,
  aggregation text not null check (aggregation in ('sum', 'last', 'ratio', 'weighted', 'unique')),
  accounts_add boolean not null default true,
  numerator text,
  denominator text,
  direction text not null check (direction in ('up', 'down', 'neutral')),
  settling_days int not null check (settling_days between 0 and 366),
  note text,
  declared_at timestamptz not null default now(),
  check ((aggregation = 'ratio') = (numerator is not null)),
  check ((aggregation in ('ratio', 'weighted')) = (denominator is not null))
);
comment on table livinglytics.declared_metrics is 'Metrics declared by PUT /v1/metadata/{name}; the built-in ones stand in the program.';
comment on column livinglytics.declared_metrics.denominator is 'What a ratio is divided by, or what a mean is weighted by.';
select livinglytics.close_relation('livinglytics.declared_metrics');
