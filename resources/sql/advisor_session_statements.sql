-- SPDX-License-Identifier: GPL-3.0-or-later
-- The last statement of each session of this database, for servers that do not count statements. Its constants are
-- people's data: they are taken out as soon as the text arrives. How long ago it began tells whether it is of the window.
SELECT /* tailspan */ a.pid::bigint, {query_id}, coalesce(a.usename, '')::text,
       (extract(epoch FROM a.query_start) * 1000000)::bigint,
       (extract(epoch FROM CASE WHEN a.state = 'active' THEN clock_timestamp() ELSE a.state_change END
                           - a.query_start) * 1000)::float8::text,
       a.state = 'active', (extract(epoch FROM clock_timestamp() - a.query_start) * 1000)::float8::text,
       left(a.query, 100000)::text,
       (SELECT d.xact_commit FROM pg_catalog.pg_stat_database AS d WHERE d.datname = current_database())::bigint
FROM pg_catalog.pg_stat_activity AS a
WHERE a.backend_type = 'client backend' AND a.datname = current_database() AND a.pid <> pg_backend_pid()
  AND a.query_start IS NOT NULL AND a.query <> '' AND a.state IN ('active', 'idle', 'idle in transaction')
ORDER BY a.pid
LIMIT 500
