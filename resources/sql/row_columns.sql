-- SPDX-License-Identifier: GPL-3.0-or-later
-- A span without its bodies; RowColumn in postgres_rows.cpp names these places.
{trace}, {span}, {parent}, {service}, {operation}, {end_value}, {start_value}, {duration_value}, {status_value},
       {has_error}, {neighbors}
