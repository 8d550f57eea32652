-- SPDX-License-Identifier: GPL-3.0-or-later
SELECT /* tailspan */ set_config(:name::text, :value::text, true)
