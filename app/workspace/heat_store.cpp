// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/heat_store.h"

#include <algorithm>
#include <limits>

namespace tailspan::workspace {

namespace {

std::uint32_t held(std::uint64_t count)
{
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(count, std::numeric_limits<std::uint32_t>::max()));
}

} // namespace

Result<StoreHeat> heatOfStore(sources::SourceSet &stores, std::size_t index, const trace::TraceQuery &query,
                              std::uint32_t columns, std::stop_token stop, Progress &progress)
{
    TS_TRY(const sources::Aggregate counted,
           stores.aggregate(index, sources::AggregateKind::Heatmap, query, columns, std::move(stop), progress));
    if (counted.range.isEmpty() || counted.columnNs <= 0)
        return fail(ErrorCode::NotFound, "The store has no span that fits.");
    const auto &bounds = sources::latencyBoundsNs();
    const metric::LatencyRows rows(std::vector<std::int64_t>(bounds.begin(), bounds.end()));
    const std::size_t cells = std::size_t{columns} * rows.count();
    const metric::LatencyGrid empty{
        counted.range.begin, Duration(counted.columnNs), columns, rows, std::vector<std::uint32_t>(cells), 0};
    StoreHeat heat{empty, empty, counted.isComplete};
    for (const sources::HeatCell &cell : counted.heat) {
        if (cell.column >= columns || cell.band >= rows.count())
            continue;
        const std::size_t at = std::size_t{cell.column} * rows.count() + cell.band;
        heat.grid.counts[at] += held(cell.spans);
        heat.failed.counts[at] += held(cell.errors);
        heat.grid.total += cell.spans;
        heat.failed.total += cell.errors;
    }
    return heat;
}

} // namespace tailspan::workspace
