-- SPDX-License-Identifier: GPL-3.0-or-later
-- Indexes that only this session's EXPLAIN sees, in the order they are given.
SELECT /* tailspan */ h.indexrelid::bigint, h.indexname::text
FROM unnest(:definitions::text[]) WITH ORDINALITY AS d(text, place)
CROSS JOIN LATERAL {hypopg}.hypopg_create_index(d.text) AS h
ORDER BY d.place
