-- SPDX-License-Identifier: GPL-3.0-or-later
-- The attributes of many spans, without bodies.
SELECT {attribute_columns}
FROM {table} AS s
WHERE {trace_key} = ANY (:candidates::{trace_type}[])
  AND {span_key} = ANY (:spans::{span_type}[])
LIMIT :rows::bigint
