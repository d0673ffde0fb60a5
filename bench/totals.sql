-- The tiles of one user from ready totals, for pgbench: the question our server asks.
\set n random(1, 200)
select coalesce(sum(t.total) filter (where t.metric_name = 'sessions'), 0), coalesce(sum(t.total) filter (where t.metric_name = 'conversions'), 0), coalesce(sum(t.total) filter (where t.metric_name = 'reach'), 0), coalesce(sum(t.total) filter (where t.metric_name = 'engagement'), 0) from public.users u left join livinglytics.totals t on t.user_id = u.id and t.metric_name in ('sessions', 'conversions', 'reach', 'engagement') where u.email = 'u' || :n || '@x.test' group by u.id;
