-- SPDX-License-Identifier: GPL-3.0-or-later
-- Everything about one span, bodies included.
SELECT {detail_columns}
FROM {table} AS s
WHERE {trace_key} = ANY (:candidates::{trace_type}[])
  AND {span_key} = ANY (:spans::{span_type}[])
LIMIT 20
