-- SPDX-License-Identifier: GPL-3.0-or-later
-- Counters of statements in this database; their texts only where asked, as the server reads those from a file.
SELECT /* tailspan */ s.queryid::text, s.userid::bigint, coalesce(r.rolname, '')::text, s.calls::bigint,
       s.total_exec_time::text, s.stddev_exec_time::text, s.rows::bigint, s.shared_blks_hit::bigint,
       s.shared_blks_read::bigint, (s.temp_blks_read + s.temp_blks_written)::bigint,
       {query}
FROM {statements}({with_texts}) AS s
LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = s.userid
WHERE s.dbid = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database()) {and_top_level}
