-- SPDX-License-Identifier: GPL-3.0-or-later
SELECT /* tailspan */ {hypopg}.hypopg_reset()::text
