-- SPDX-License-Identifier: GPL-3.0-or-later
-- Spans by the column of time they ended in and their band of latency. A band holds its upper bound, width_bucket's
-- holds its lower one: hence one nanosecond less.
SELECT width_bucket({end}, :edges::{time_type}[]) - 1,
       width_bucket(({duration_ns} - 1)::float8, :bounds::float8[]),
       count(*), count(*) FILTER (WHERE {is_error})
FROM {table} AS s
WHERE {@conditions}
  AND {duration_ns} IS NOT NULL
GROUP BY 1, 2
