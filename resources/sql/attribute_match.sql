-- SPDX-License-Identifier: GPL-3.0-or-later
-- key=value in one JSON column: a path of fields, or one field whose name has dots in it.
{column} #>> :path::text[] = :value OR {column} ->> :key = :value
