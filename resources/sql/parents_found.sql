-- SPDX-License-Identifier: GPL-3.0-or-later
-- How many of those parents are stored.
SELECT count(*)
FROM {table} AS s
WHERE {trace_key} = ANY (:candidates::{trace_type}[])
  AND {span_key} = ANY (:spans::{span_type}[])
