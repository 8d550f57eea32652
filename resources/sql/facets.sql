-- SPDX-License-Identifier: GPL-3.0-or-later
-- Spans of each service and operation.
SELECT {service}, {operation}, count(*), count(*) FILTER (WHERE {is_error}),
       least(sum({duration_ns}), 9223372036854775807)::bigint, max({duration_ns})
FROM {table} AS s
WHERE {@conditions}
GROUP BY {service}, {operation}
ORDER BY count(*) DESC, {service}, {operation}
LIMIT :rows::bigint
