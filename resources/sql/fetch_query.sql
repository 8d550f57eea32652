-- SPDX-License-Identifier: GPL-3.0-or-later
-- The spans for which a query holds, newest first.
SELECT {@row_columns}
FROM {table} AS s
WHERE {@conditions}
ORDER BY {end} DESC
LIMIT :rows::bigint
