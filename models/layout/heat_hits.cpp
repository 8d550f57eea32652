// SPDX-License-Identifier: GPL-3.0-or-later
// What lies under a point of a heatmap or inside a box.
#include "models/base/number_text.h"
#include "models/layout/heat_layout.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tailspan::layout {

namespace {

using metric::LatencyGrid;

constexpr std::int64_t kShortTimeNs = 10'000'000'000;

/// Columns that [leftPx, rightPx] touches; the right edge alone touches nothing.
std::pair<std::uint32_t, std::uint32_t> columnsBetween(const LatencyGrid &grid, const TimeScale &time, double leftPx,
                                                       double rightPx)
{
    const double perColumn = static_cast<double>(grid.column.ns());
    const auto columnOf = [&](double xPx) {
        return static_cast<double>((time.timeAt(xPx) - grid.begin).ns()) / perColumn;
    };
    const double columns = grid.columns;
    const double begin = std::clamp(std::floor(columnOf(leftPx)), 0.0, columns);
    const double end = std::clamp(std::ceil(columnOf(rightPx)), 0.0, columns);
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(std::max(end, begin))};
}

/// The row whose band holds what is drawn at that height.
std::uint32_t rowAt(const LatencyGrid &grid, const LatencyAxis &axis, double yPx)
{
    const double latencyNs = std::clamp(axis.latencyAt(yPx), 0.0, 9e18);
    return grid.rows.rowOf(static_cast<std::int64_t>(std::ceil(latencyNs)));
}

double middleNs(const LatencyGrid &grid, std::uint32_t row)
{
    const LatencyBand band = bandOf(grid.rows, row);
    if (row == 0)
        return static_cast<double>(band.atMostNs) / 2;
    if (row + 1 == grid.rows.count())
        return static_cast<double>(band.aboveNs) * 2;
    return std::sqrt(static_cast<double>(band.aboveNs) * static_cast<double>(band.atMostNs));
}

} // namespace

std::optional<HeatCells> cellAt(const LatencyGrid &grid, const TimeScale &time, const LatencyAxis &axis, double xPx,
                                double yPx)
{
    const std::int64_t sinceNs = (time.timeAt(xPx) - grid.begin).ns();
    if (sinceNs < 0 || sinceNs / grid.column.ns() >= grid.columns || yPx < 0 || yPx >= axis.heightPx)
        return std::nullopt;
    const auto column = static_cast<std::uint32_t>(sinceNs / grid.column.ns());
    const std::uint32_t row = rowAt(grid, axis, yPx);
    return HeatCells{column, column + 1, row, row + 1};
}

HeatCells cellsTouched(const LatencyGrid &grid, const TimeScale &time, const LatencyAxis &axis, double leftPx,
                       double topPx, double rightPx, double bottomPx)
{
    const auto [beginColumn, endColumn] = columnsBetween(grid, time, leftPx, rightPx);
    return {beginColumn, endColumn, rowAt(grid, axis, bottomPx), rowAt(grid, axis, topPx) + 1};
}

HeatCells cellsOf(const LatencyGrid &grid, const HeatBox &box)
{
    HeatCells cells;
    bool isFirst = true;
    for (std::uint32_t column = 0; column < grid.columns; ++column) {
        const TimePoint middle = grid.begin + Duration(grid.column.ns() * column + grid.column.ns() / 2);
        if (!box.time.contains(middle))
            continue;
        cells.beginColumn = isFirst ? column : cells.beginColumn;
        cells.endColumn = column + 1;
        isFirst = false;
    }
    isFirst = true;
    for (std::uint32_t row = 0; row < grid.rows.count(); ++row) {
        const double middle = middleNs(grid, row);
        if (middle <= static_cast<double>(box.band.aboveNs) || middle > static_cast<double>(box.band.atMostNs))
            continue;
        cells.beginRow = isFirst ? row : cells.beginRow;
        cells.endRow = row + 1;
        isFirst = false;
    }
    return cells;
}

HeatBox boxOf(const LatencyGrid &grid, const HeatCells &cells)
{
    return {{grid.begin + Duration(grid.column.ns() * cells.beginColumn),
             grid.begin + Duration(grid.column.ns() * cells.endColumn)},
            {bandOf(grid.rows, cells.beginRow).aboveNs, bandOf(grid.rows, cells.endRow - 1).atMostNs}};
}

std::uint64_t countIn(const LatencyGrid &grid, const HeatCells &cells)
{
    std::uint64_t sum = 0;
    for (std::uint32_t column = cells.beginColumn; column < cells.endColumn; ++column) {
        for (std::uint32_t row = cells.beginRow; row < cells.endRow; ++row)
            sum += grid.count(column, row);
    }
    return sum;
}

HeatRect rectOf(const HeatBox &box, const TimeScale &time, const LatencyAxis &axis)
{
    const bool isOpen = box.band.atMostNs == std::numeric_limits<std::int64_t>::max();
    return {time.xOf(box.time.begin), isOpen ? 0.0 : axis.yOf(static_cast<double>(box.band.atMostNs)),
            time.xOf(box.time.end),
            box.band.aboveNs <= 0 ? axis.heightPx : axis.yOf(static_cast<double>(box.band.aboveNs))};
}

std::string timeRangeText(TimeRange range)
{
    const bool isShort = range.length().ns() < kShortTimeNs;
    const std::string day = isoText(range.begin).substr(0, 10);
    const std::string lastDay = isoText(range.end).substr(0, 10);
    const std::string first = clockText(range.begin, isShort);
    const std::string last = clockText(range.end, isShort);
    if (day == lastDay)
        return first + " \u2013 " + last;
    return day + " " + first + " \u2013 " + lastDay + " " + last;
}

std::string bandText(const LatencyBand &band)
{
    const std::string high = durationText(Duration(band.atMostNs));
    if (band.aboveNs <= 0)
        return "up to " + high;
    const std::string low = durationText(Duration(band.aboveNs));
    if (band.atMostNs == std::numeric_limits<std::int64_t>::max())
        return "above " + low;
    return low + " \u2013 " + high;
}

} // namespace tailspan::layout
