-- SPDX-License-Identifier: GPL-3.0-or-later
SELECT count(*), count(*) FILTER (WHERE {is_error})
FROM {table} AS s
WHERE {@conditions}
