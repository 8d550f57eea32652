-- SPDX-License-Identifier: GPL-3.0-or-later
-- Whether this role could do harm: it should not be able to.
SELECT current_user::text,
       current_setting('is_superuser') = 'on',
       coalesce(has_table_privilege(to_regclass(:table::text)::oid, 'INSERT, UPDATE, DELETE, TRUNCATE'), false)
