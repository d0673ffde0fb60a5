-- What every system is asked about: 200 users, 181 days, 4 metrics each, 144,800 rows.
-- Loaded user by user, so that one user's rows lie together: the kindest order for whoever sums them.

insert into public.users (email) select 'u' || n || '@x.test' from generate_series(1, 200) n;

insert into public.metrics (user_id, source_name, metric_date, metric_name, metric_value)
select u.id, m.source, current_date - day, m.name, round(m.base * (1 + (hashtext(u.email || m.name || day) & 1023) / 1024.0), m.digits)
from public.users u
cross join generate_series(1, 181) day
cross join (values
  ('google_analytics', 'sessions', 400, 0),
  ('google_analytics', 'conversions', 12, 0),
  ('instagram', 'reach', 2500, 0),
  ('instagram', 'engagement', 90, 2)) m (source, name, base, digits)
order by u.email, day, m.name;

vacuum analyze public.users;
vacuum analyze public.metrics;
vacuum analyze livinglytics.totals;
