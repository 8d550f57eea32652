-- SPDX-License-Identifier: GPL-3.0-or-later
-- Settings that roles have in this database, the more special last.
SELECT /* tailspan */ coalesce(r.rolname, '')::text, u.setting::text
FROM pg_catalog.pg_db_role_setting AS s
CROSS JOIN unnest(s.setconfig) AS u(setting)
LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = s.setrole
WHERE s.setdatabase IN (0, (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database()))
ORDER BY s.setrole <> 0, s.setdatabase <> 0
