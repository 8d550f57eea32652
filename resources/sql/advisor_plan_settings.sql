-- SPDX-License-Identifier: GPL-3.0-or-later
-- What plans depend on, as the application has it, until the transaction ends.
SELECT /* tailspan */ set_config('plan_cache_mode', :mode::text, true), set_config('search_path', :search_path::text, true),
       set_config('statement_timeout', :statement_timeout::text, true),
       set_config('lock_timeout', :lock_timeout::text, true),
       set_config('idle_in_transaction_session_timeout', :idle_timeout::text, true)
