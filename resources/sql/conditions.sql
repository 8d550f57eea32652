-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a query asks of a span. A condition that is not set is not written, so that the plan sees only what it can use
-- an index for.
TRUE
--? begin
  AND {end} >= :begin::{time_type}
--? finish
  AND {end} < :finish::{time_type}
--? earliest_start
  AND {start} >= :earliest_start::{time_type}
--? finish_of_start
  AND {start} < :finish_of_start::{time_type}
--? service
  AND {service} = :service
--? services
  AND {service} = ANY (:services::text[])
--? operation
  AND {operation} = :operation
--? operations
  AND {operation} = ANY (:operations::text[])
--? min_duration
  AND {duration_ns} >= :min_duration::bigint
--? max_duration
  AND {duration_ns} <= :max_duration::bigint
--? errors
  AND {is_error}
--? trace_ids
  AND {trace_key} = ANY (:trace_ids::{trace_type}[])
--? texts
  AND concat_ws(E'\x1f', {operation}, {service}, {error_text}) ILIKE ALL (:texts::text[])
--? attributes
  AND {attributes}
