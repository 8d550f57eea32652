-- SPDX-License-Identifier: GPL-3.0-or-later
-- Values of columns to plan with: common, middle and rare ones. Kept while a statement is planned, never stored.
SELECT /* tailspan */ s.attname::text, array_to_string(s.most_common_vals::text::text[], chr(31)),
       array_to_string(s.histogram_bounds::text::text[], chr(31)), array_to_string(s.most_common_freqs, ',')
FROM pg_catalog.pg_stats AS s
WHERE s.schemaname = :schema::text AND s.tablename = :table::text AND s.attname = ANY (:columns::text[])
