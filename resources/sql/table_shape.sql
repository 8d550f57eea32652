-- SPDX-License-Identifier: GPL-3.0-or-later
-- The columns of a table or view: name, type below any domain, and whether this role may read it.
SELECT a.attname::text,
       format_type(CASE WHEN t.typbasetype <> 0 THEN t.typbasetype ELSE t.oid END, NULL)::text,
       has_column_privilege(a.attrelid, a.attnum, 'SELECT')
FROM pg_catalog.pg_attribute AS a
JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
WHERE a.attrelid = to_regclass(:table::text) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
