-- SPDX-License-Identifier: GPL-3.0-or-later
-- The spans of the slices that grew.
SELECT {@row_columns}
FROM {table} AS s
WHERE {end} >= :first::{time_type}
--? earliest_start
  AND {start} >= :earliest_start::{time_type}
--.
  AND width_bucket({end}, :edges::{time_type}[]) = ANY (:changed::int[])
ORDER BY {end}
LIMIT :rows::bigint
