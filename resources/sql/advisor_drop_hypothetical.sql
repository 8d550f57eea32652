-- SPDX-License-Identifier: GPL-3.0-or-later
SELECT /* tailspan */ {hypopg}.hypopg_drop_index(:index::bigint::oid)
