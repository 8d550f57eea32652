-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the fitting spans of some traces say, to list the traces.
SELECT {trace}, count(*), max({end_value}), max({duration_ns})
FROM {table} AS s
WHERE {@conditions}
  AND {trace_key} = ANY (:candidates::{trace_type}[])
GROUP BY {trace}
