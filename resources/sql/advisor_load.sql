-- SPDX-License-Identifier: GPL-3.0-or-later
-- Whether the server is busy enough to be left alone.
SELECT /* tailspan */ (SELECT count(*) FROM pg_catalog.pg_stat_activity AS a WHERE a.state = 'active'
                       AND a.backend_type = 'client backend' AND a.pid <> pg_backend_pid())::bigint,
       coalesce((SELECT max(extract(epoch FROM r.replay_lag)) FROM pg_catalog.pg_stat_replication AS r), 0)::float8::text
