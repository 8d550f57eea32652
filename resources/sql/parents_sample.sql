-- SPDX-License-Identifier: GPL-3.0-or-later
-- Some spans with a parent, to see whether parents name stored spans at all.
SELECT {trace}, {parent}
FROM {table} AS s
WHERE {@conditions}
  AND {parent_key} IS NOT NULL
ORDER BY {end} DESC
LIMIT 100
