-- SPDX-License-Identifier: GPL-3.0-or-later
-- Of functions by name: whether one of that name may do more than compute, or is code of the application, which
-- planning would run.
SELECT /* tailspan */ n.nspname::text, p.proname::text, bool_or(p.provolatile = 'v'),
       bool_or(n.nspname <> 'pg_catalog' AND NOT EXISTS (
           SELECT 1 FROM pg_catalog.pg_depend AS d
           WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'))
FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
WHERE p.proname = ANY (:names::text[])
GROUP BY 1, 2
