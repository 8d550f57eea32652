-- SPDX-License-Identifier: GPL-3.0-or-later
-- Rows written so far, to be taken from the figures at the end of the window.
SELECT /* tailspan */ s.relid::bigint, s.n_tup_ins::bigint, s.n_tup_upd::bigint, s.n_tup_del::bigint,
       s.n_tup_hot_upd::bigint
FROM pg_catalog.pg_stat_user_tables AS s
