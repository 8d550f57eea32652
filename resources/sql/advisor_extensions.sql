-- SPDX-License-Identifier: GPL-3.0-or-later
-- Extensions that the advisor can use, with the schema their functions are in.
SELECT /* tailspan */ e.extname::text, e.extversion::text, n.nspname::text,
       to_regprocedure(concat_ws('.', quote_ident(n.nspname), 'hypopg_hide_index(oid)')) IS NOT NULL
FROM pg_catalog.pg_extension AS e JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
WHERE e.extname IN ('pg_stat_statements', 'hypopg', 'pg_qualstats')
