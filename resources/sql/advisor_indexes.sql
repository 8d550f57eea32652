-- SPDX-License-Identifier: GPL-3.0-or-later
-- Indexes: each key as name, whether it is an expression, direction, operator class and whether that is the default.
SELECT /* tailspan */ i.indexrelid::bigint, n.nspname::text, c.relname::text, x.relname::text,
       pg_get_indexdef(i.indexrelid)::text, m.amname::text,
       (SELECT string_agg(concat_ws(chr(31), coalesce(a.attname, pg_get_indexdef(i.indexrelid, k::int, false)),
                                    (a.attname IS NULL)::int, i.indoption[k - 1], o.opcname, o.opcdefault::int),
                          chr(30) ORDER BY k)
        FROM generate_series(1, i.indnkeyatts) AS k
        JOIN pg_catalog.pg_opclass AS o ON o.oid = i.indclass[k - 1]
        LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = nullif(i.indkey[k - 1], 0)),
       (SELECT string_agg(a.attname, chr(31) ORDER BY k)
        FROM generate_series(i.indnkeyatts + 1, i.indnatts) AS k
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k - 1]),
       pg_get_expr(i.indpred, i.indrelid)::text, i.indisunique, i.indisprimary,
       EXISTS (SELECT 1 FROM pg_catalog.pg_constraint AS r WHERE r.conindid = i.indexrelid),
       i.indisreplident, i.indisclustered, i.indisvalid AND i.indisready, x.relispartition, x.relpages::bigint,
       coalesce(s.idx_scan, 0)::bigint
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
JOIN pg_catalog.pg_class AS c ON c.oid = i.indrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_am AS m ON m.oid = x.relam
LEFT JOIN pg_catalog.pg_stat_all_indexes AS s ON s.indexrelid = i.indexrelid
WHERE i.indrelid = ANY (:tables::bigint[]::oid[])
ORDER BY i.indrelid, i.indexrelid
