-- SPDX-License-Identifier: GPL-3.0-or-later
-- The first and the last end of what fits.
SELECT min({end_value}), max({end_value})
FROM {table} AS s
WHERE {@conditions}
