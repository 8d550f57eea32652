-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the server is and allows this role to see. The mark keeps the advisor's own questions out of its findings.
SELECT /* tailspan */ current_database()::text, current_user::text, pg_is_in_recovery(), pg_backend_pid()::bigint,
       extract(epoch FROM clock_timestamp())::float8::text,
       pg_has_role(current_user, 'pg_read_all_stats', 'USAGE'),
       current_setting('max_connections')::bigint,
       current_setting('superuser_reserved_connections')::bigint
           + coalesce(nullif(current_setting('reserved_connections', true), ''), '0')::bigint,
       coalesce(nullif(current_setting('pg_stat_statements.max', true), ''), '0')::bigint,
       current_setting('block_size')::bigint, current_setting('track_io_timing') = 'on',
       current_setting('autovacuum') = 'on', current_setting('random_page_cost')::text,
       current_setting('search_path')::text,
       (SELECT extract(epoch FROM coalesce(d.stats_reset, pg_postmaster_start_time()))::float8::text
        FROM pg_catalog.pg_stat_database AS d WHERE d.datname = current_database())
