-- SPDX-License-Identifier: GPL-3.0-or-later
-- Limits of one question, until its transaction ends.
SELECT /* tailspan */ set_config('statement_timeout', :statement_timeout::text, true),
       set_config('lock_timeout', :lock_timeout::text, true),
       set_config('idle_in_transaction_session_timeout', :idle_timeout::text, true)
