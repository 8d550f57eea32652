-- SPDX-License-Identifier: GPL-3.0-or-later
SELECT /* tailspan */ k.conname::text, n.nspname::text, c.relname::text,
       (SELECT string_agg(a.attname, chr(31) ORDER BY u.place)
        FROM unnest(k.conkey) WITH ORDINALITY AS u(number, place)
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.number),
       pn.nspname::text, p.relname::text,
       (SELECT string_agg(a.attname, chr(31) ORDER BY u.place)
        FROM unnest(k.confkey) WITH ORDINALITY AS u(number, place)
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = u.number)
FROM pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class AS p ON p.oid = k.confrelid
JOIN pg_catalog.pg_namespace AS pn ON pn.oid = p.relnamespace
WHERE k.contype = 'f' AND k.conparentid = 0 AND k.conrelid = ANY (:tables::bigint[]::oid[])
ORDER BY k.conrelid, k.conname
