-- SPDX-License-Identifier: GPL-3.0-or-later
-- SET LOCAL as a SELECT, because only that takes parameters. The server's clock comes with it.
SELECT set_config('statement_timeout', :statement_timeout, true),
       set_config('lock_timeout', :lock_timeout, true),
       set_config('idle_in_transaction_session_timeout', :idle_timeout, true),
--? check_interval
       set_config('client_connection_check_interval', :check_interval, true),
--.
       extract(epoch FROM clock_timestamp())::float8
