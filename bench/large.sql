-- A tenant of 200,000 entries, with the same accounts as a small one: 100 metrics, 2,000 days.

insert into public.metrics (user_id, source_name, metric_name, metric_date, metric_value)
select u.id, case when name in ('reach', 'engagement') then 'instagram' else 'google_analytics' end, name, current_date - day, day * 3
from public.users u, generate_series(1, 2000) day,
  unnest(array['sessions', 'conversions', 'reach', 'engagement'] || array(select 'metric_' || n from generate_series(1, 96) n)) name
where u.email = 'large@x.test';

-- And one of as many entries with five accounts: 40 metrics, 1,000 days.

insert into public.metrics (user_id, source_name, account_ref, metric_name, metric_date, metric_value)
select u.id, 'google_analytics', 'account ' || account, name, current_date - day, day * 3 + account
from public.users u, generate_series(1, 1000) day, generate_series(1, 5) account,
  unnest(array['sessions', 'conversions', 'reach', 'engagement'] || array(select 'metric_' || n from generate_series(1, 36) n)) name
where u.email = 'agency@x.test';
