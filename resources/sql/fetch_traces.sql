-- SPDX-License-Identifier: GPL-3.0-or-later
-- All spans of some traces.
SELECT {@row_columns}
FROM {table} AS s
WHERE {trace_key} = ANY (:candidates::{trace_type}[])
LIMIT :rows::bigint
