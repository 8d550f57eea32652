// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/heat_text.h"

#include "app/json/json_writer.h"
#include "models/base/number_text.h"

#include <ostream>

namespace tailspan::workspace {

void writeHeatJson(std::ostream &out, const std::string &source, const metric::LatencyGrid &grid)
{
    json::JsonWriter json(out);
    json.beginObject();
    json.text("source", source);
    json.number("beginNs", grid.begin.ns());
    json.number("endNs", grid.end().ns());
    json.number("columnNs", grid.column.ns());
    json.key("rowBoundsNs");
    json.beginArray();
    for (const std::int64_t bound : grid.rows.boundsNs())
        json.number(bound);
    json.endArray();
    json.key("counts");
    json.beginArray();
    for (std::uint32_t column = 0; column < grid.columns; ++column) {
        json.beginArray();
        for (const std::uint32_t count : grid.columnCounts(column))
            json.number(std::uint64_t{count});
        json.endArray();
    }
    json.endArray();
    json.number("total", grid.total);
    json.endObject();
    out << '\n';
}

void writeHeatTable(std::ostream &out, const metric::LatencyGrid &grid, char separator)
{
    out << "begin" << separator << "end" << separator << "above_ns" << separator << "at_most_ns" << separator
        << "count\n";
    const std::vector<std::int64_t> &bounds = grid.rows.boundsNs();
    for (std::uint32_t column = 0; column < grid.columns; ++column) {
        const TimePoint begin = grid.begin + Duration(grid.column.ns() * column);
        const std::string times = isoText(begin) + separator + isoText(begin + grid.column) + separator;
        for (std::uint32_t row = 0; row < grid.rows.count(); ++row) {
            if (grid.count(column, row) == 0)
                continue;
            out << times << (row == 0 ? 0 : bounds[row - 1]) << separator;
            if (row < bounds.size())
                out << bounds[row];
            out << separator << grid.count(column, row) << '\n';
        }
    }
}

} // namespace tailspan::workspace
