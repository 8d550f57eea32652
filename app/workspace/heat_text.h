// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/metric/latency_grid.h"

#include <iosfwd>
#include <string>

namespace tailspan::workspace {

/// The grid as the JSON of `tailspan heatmap --json`: a contract, fields are added, never renamed.
void writeHeatJson(std::ostream &out, const std::string &source, const metric::LatencyGrid &grid);
/// A line a filled cell: begin and end of the column (ISO, UTC), bounds of the latency in ns, the count. The last row
/// has no upper bound; its field is empty.
void writeHeatTable(std::ostream &out, const metric::LatencyGrid &grid, char separator);

} // namespace tailspan::workspace
