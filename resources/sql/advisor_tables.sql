-- SPDX-License-Identifier: GPL-3.0-or-later
-- Tables of applications, largest first.
SELECT /* tailspan */ c.oid::bigint, n.nspname::text, c.relname::text, c.reltuples::text, c.relpages::bigint,
       c.relkind = 'p', has_table_privilege(c.oid, 'SELECT'),
       coalesce(s.n_live_tup, 0)::bigint, coalesce(s.n_dead_tup, 0)::bigint,
       coalesce(s.n_mod_since_analyze, 0)::bigint,
       extract(epoch FROM greatest(s.last_analyze, s.last_autoanalyze))::float8::text,
       coalesce(s.seq_scan, 0)::bigint, coalesce(s.seq_tup_read, 0)::bigint, coalesce(s.idx_scan, 0)::bigint,
       coalesce(s.n_tup_ins, 0)::bigint, coalesce(s.n_tup_upd, 0)::bigint, coalesce(s.n_tup_del, 0)::bigint,
       coalesce(s.n_tup_hot_upd, 0)::bigint,
       EXISTS (SELECT 1 FROM pg_catalog.pg_stat_progress_create_index AS p WHERE p.relid = c.oid)
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_stat_all_tables AS s ON s.relid = c.oid
WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_toast%'
ORDER BY c.relpages DESC, c.oid
LIMIT :rows::bigint
