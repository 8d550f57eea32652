-- SPDX-License-Identifier: GPL-3.0-or-later
-- Columns with their statistics, but none of the values that pg_stats holds.
SELECT /* tailspan */ a.attrelid::bigint, a.attname::text, format_type(a.atttypid, a.atttypmod)::text,
       t.typcategory = 'S',
       t.typcategory <> 'S' OR coalesce(l.collname, '') IN ('C', 'POSIX', 'ucs_basic')
           OR (coalesce(l.collname, 'default') = 'default' AND d.datcollate IN ('C', 'POSIX')),
       t.typcategory NOT IN ('G', 'P', 'X') AND t.typname NOT IN ('json', 'jsonb', 'xml', 'tsvector', 'tsquery'),
       s.attname IS NOT NULL, s.n_distinct::text, s.null_frac::text, s.avg_width::bigint, s.correlation::text,
       array_to_string(s.most_common_freqs, ',')
FROM pg_catalog.pg_attribute AS a
JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
JOIN pg_catalog.pg_database AS d ON d.datname = current_database()
LEFT JOIN pg_catalog.pg_collation AS l ON l.oid = a.attcollation
LEFT JOIN pg_catalog.pg_stats AS s
  ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname AND s.inherited = (c.relkind = 'p')
WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid = ANY (:tables::bigint[]::oid[])
ORDER BY a.attrelid, a.attnum
