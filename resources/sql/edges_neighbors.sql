-- SPDX-License-Identifier: GPL-3.0-or-later
-- Whom the spans of each service called. The list is taken apart here and not by the server, because a function that
-- gives rows is refused in parts of distributed statements and on values that are no list.
SELECT {service}, {neighbors}, count(*), count(*) FILTER (WHERE {is_error})
FROM {table} AS s
WHERE {@conditions}
  AND {neighbors} IS NOT NULL
GROUP BY {service}, {neighbors}
ORDER BY count(*) DESC, {service}, {neighbors}
LIMIT :rows::bigint
