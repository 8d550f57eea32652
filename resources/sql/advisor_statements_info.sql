-- SPDX-License-Identifier: GPL-3.0-or-later
SELECT /* tailspan */ i.dealloc::bigint, extract(epoch FROM i.stats_reset)::float8::text FROM {info} AS i
