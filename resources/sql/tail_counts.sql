-- SPDX-License-Identifier: GPL-3.0-or-later
-- How many spans ended in each slice of the last seconds: what was committed late shows as a slice that grew.
SELECT width_bucket({end}, :edges::{time_type}[]), count(*)
FROM {table} AS s
WHERE {end} >= :first::{time_type}
--? earliest_start
  AND {start} >= :earliest_start::{time_type}
--.
GROUP BY 1
