-- SPDX-License-Identifier: GPL-3.0-or-later
SELECT /* tailspan */ coalesce(a.application_name, '')::text, coalesce(a.usename, '')::text,
       coalesce(a.state, '')::text, count(*)::bigint
FROM pg_catalog.pg_stat_activity AS a
WHERE a.backend_type = 'client backend' AND a.pid <> pg_backend_pid()
GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3
LIMIT 1000
