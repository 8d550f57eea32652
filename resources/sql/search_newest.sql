-- SPDX-License-Identifier: GPL-3.0-or-later
-- Spans that fit, newest first, along the index on the time; a trace may come several times.
SELECT {trace}, {end_value}
FROM {table} AS s
WHERE {@conditions}
  AND {end} IS NOT NULL AND {trace_key} IS NOT NULL
--? after
  AND {end} <= :after::{time_type} AND ({end} < :after::{time_type} OR {trace} > :after_id::text)
--.
ORDER BY {end} DESC, {trace}
LIMIT :rows::bigint
