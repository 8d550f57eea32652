-- SPDX-License-Identifier: GPL-3.0-or-later
SELECT /* tailspan */ coalesce(r.application_name, '')::text, coalesce(r.state, '')::text,
       coalesce(extract(epoch FROM r.replay_lag), 0)::float8::text
FROM pg_catalog.pg_stat_replication AS r
