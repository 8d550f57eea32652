-- SPDX-License-Identifier: GPL-3.0-or-later
-- Calls from one service to another where parents resolve, by band of the called span's latency. Joined on the trace
-- id too: a table distributed by it joins each part with itself.
SELECT {caller_service}, {service}, width_bucket(({duration_ns} - 1)::float8, :bounds::float8[]),
       count(*), count(*) FILTER (WHERE {is_error})
FROM {table} AS s
JOIN {table} AS caller ON {caller_trace_key} = {trace_key} AND {caller_span_key} = {parent_key}
WHERE {@conditions}
  AND {caller_service} <> {service}
GROUP BY 1, 2, 3
LIMIT :rows::bigint
