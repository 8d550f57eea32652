// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/heat_metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace tailspan::workspace {

namespace {

using metric::HistogramCell;
using metric::LatencyRows;

constexpr int kNativePerDoubling = 4;
constexpr double kLeastSeen = 0.02; // of a value: below, it is rounding
constexpr double kMostNs = 9e18;

std::int64_t inNs(double value, double nsPerUnit)
{
    return static_cast<std::int64_t>(std::llround(std::clamp(value * nsPerUnit, 0.0, kMostNs)));
}

std::vector<HistogramCell> cellsOf(const HistogramResult &histogram)
{
    std::vector<HistogramCell> cells;
    for (const metric::BucketTable &table : histogram.classic.tables) {
        const std::vector<HistogramCell> more = metric::cellsOf(table);
        cells.insert(cells.end(), more.begin(), more.end());
    }
    for (const metric::HistogramSeries &series : histogram.native) {
        const std::vector<HistogramCell> more = metric::cellsOf(series);
        cells.insert(cells.end(), more.begin(), more.end());
    }
    return cells;
}

std::optional<LatencyRows> rowsOf(const HistogramResult &histogram, const std::vector<HistogramCell> &cells)
{
    std::set<std::int64_t> bounds;
    for (const metric::BucketTable &table : histogram.classic.tables) {
        for (const double bound : table.bounds) {
            if (std::isfinite(bound) && bound > 0)
                bounds.insert(inNs(bound, histogram.nsPerUnit));
        }
    }
    if (!bounds.empty())
        return LatencyRows(std::vector<std::int64_t>(bounds.begin(), bounds.end()));
    double low = kMostNs;
    double high = 0;
    for (const HistogramCell &cell : cells) {
        if (cell.low > 0)
            low = std::min(low, cell.low * histogram.nsPerUnit);
        if (std::isfinite(cell.high))
            high = std::max(high, cell.high * histogram.nsPerUnit);
    }
    if (high <= 0)
        return std::nullopt;
    return LatencyRows::between(std::max<std::int64_t>(static_cast<std::int64_t>(std::min(low, high)), 1),
                                static_cast<std::int64_t>(std::min(high, kMostNs)), kNativePerDoubling);
}

/// The row that holds most of a bucket: of classic ones its own, of native ones that of its middle.
std::uint32_t rowOf(const LatencyRows &rows, const HistogramCell &cell, double nsPerUnit, bool isNative)
{
    if (!std::isfinite(cell.high))
        return rows.count() - 1;
    const double at = isNative && cell.low > 0 ? std::sqrt(cell.low * cell.high) : cell.high;
    return rows.rowOf(inNs(at, nsPerUnit));
}

std::uint32_t rounded(double count)
{
    if (count < 1)
        return count > kLeastSeen ? 1 : 0;
    return static_cast<std::uint32_t>(std::min(std::round(count), 4e9));
}

} // namespace

Result<metric::LatencyGrid> heatOfHistogram(const HistogramResult &histogram, const HistogramShape &shape)
{
    const std::vector<HistogramCell> cells = cellsOf(histogram);
    const std::optional<LatencyRows> rows = shape.rows ? shape.rows : rowsOf(histogram, cells);
    if (cells.empty() || !rows || histogram.stepNs <= 0)
        return fail(ErrorCode::NotFound, "Nothing was counted in this time.", histogram.source);
    // A point tells of the step before it, and the first one is at the begin of the range.
    const std::int64_t steps = shape.range.length().ns() / histogram.stepNs + 1;
    const std::uint32_t columns = shape.columns != 0 ? shape.columns : static_cast<std::uint32_t>(steps);
    const TimePoint begin = shape.range.begin - Duration(histogram.stepNs);
    std::vector<double> counts(std::size_t{columns} * rows->count());
    const bool isNative = histogram.classic.tables.empty();
    for (const HistogramCell &cell : cells) {
        const std::int64_t sinceNs = cell.timeNs - 1 - begin.ns();
        if (sinceNs < 0 || sinceNs / histogram.stepNs >= columns)
            continue;
        const auto column = static_cast<std::size_t>(sinceNs / histogram.stepNs);
        counts[column * rows->count() + rowOf(*rows, cell, histogram.nsPerUnit, isNative)] += cell.count;
    }
    metric::LatencyGrid grid{begin, Duration(histogram.stepNs), columns, *rows, {}, 0};
    double total = 0;
    for (const double count : counts) {
        grid.counts.push_back(rounded(count));
        total += count;
    }
    grid.total = static_cast<std::uint64_t>(std::llround(total));
    return grid;
}

} // namespace tailspan::workspace
