-- SPDX-License-Identifier: GPL-3.0-or-later
-- Sessions of this database that work, wait or hold a transaction. No query text: it holds people's data.
SELECT /* tailspan */ a.pid::bigint, coalesce(a.application_name, '')::text, coalesce(a.usename, '')::text,
       coalesce(a.state, '')::text, coalesce(a.wait_event_type, '')::text, coalesce(a.wait_event, '')::text,
       coalesce(extract(epoch FROM clock_timestamp() - a.xact_start), 0)::float8::text,
       coalesce(extract(epoch FROM clock_timestamp() - a.state_change), 0)::float8::text,
       CASE WHEN a.wait_event_type = 'Lock' THEN array_to_string(pg_blocking_pids(a.pid), ',') END,
       {query_id},
       CASE WHEN a.wait_event_type = 'Lock' THEN
           (SELECT coalesce(min(concat_ws('.', n.nspname, c.relname)), '')
            FROM pg_catalog.pg_locks AS l
            JOIN pg_catalog.pg_class AS c ON c.oid = l.relation
            JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            WHERE l.pid = a.pid AND l.locktype IN ('relation', 'tuple')
              AND (NOT l.granted OR l.locktype = 'tuple')) END
FROM pg_catalog.pg_stat_activity AS a
WHERE a.backend_type = 'client backend' AND a.datname = current_database() AND a.pid <> pg_backend_pid()
  AND (a.state <> 'idle' OR a.xact_start IS NOT NULL)
ORDER BY a.pid
LIMIT 2000
