-- SPDX-License-Identifier: GPL-3.0-or-later
-- Traces by their longest span that fits.
SELECT {trace}, count(*), max({end_value}), max({duration_ns})
FROM {table} AS s
WHERE {@conditions}
  AND {trace_key} IS NOT NULL
GROUP BY {trace}
HAVING max({duration_ns}) IS NOT NULL
--? after
  AND (max({duration_ns}) < :after::bigint OR (max({duration_ns}) = :after::bigint AND {trace} > :after_id::text))
--.
ORDER BY max({duration_ns}) DESC, {trace}
LIMIT :rows::bigint
