// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/time_scale.h"
#include "models/metric/latency_grid.h"
#include "models/metric/latency_grid_difference.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tailspan::layout {

// A latency heatmap as plain numbers to draw: cells as rows of a palette, lines, a legend, and what lies under a point
// or inside a box. Pure functions, any thread. Linear in the cells.

/// How counts become colours.
enum class HeatScale : std::uint8_t {
    Linear,
    Log,
    Rank, ///< By the share of filled cells that hold no more: shows shapes where counts differ a thousandfold.
};

/// Latencies above one bound and at most another: as rows of a grid hold them.
struct LatencyBand {
    std::int64_t aboveNs = -1; ///< -1: from 0 on.
    std::int64_t atMostNs = 0;

    [[nodiscard]] bool contains(std::int64_t durationNs) const
    {
        return durationNs > aboveNs && durationNs <= atMostNs;
    }
    friend bool operator==(const LatencyBand &, const LatencyBand &) = default;
};
[[nodiscard]] LatencyBand bandOf(const metric::LatencyRows &rows, std::uint32_t row);

/// The latency axis of a map, logarithmic, from the lower edge up.
struct LatencyAxis {
    double lowLog10Ns = 6;
    double highLog10Ns = 10;
    double heightPx = 1;

    /// From the upper edge; beyond 0 and heightPx where it is not on the map.
    [[nodiscard]] double yOf(double latencyNs) const;
    [[nodiscard]] double yOfLog(double log10Ns) const;
    [[nodiscard]] double latencyAt(double yPx) const;
};
/// An axis that holds every filled row, its ends rounded outward to 1 or 3 of a decade. `before` stays where it holds
/// them too and is not three times as long: what is looked at does not jump while new data comes.
[[nodiscard]] LatencyAxis latencyAxisOf(const metric::LatencyGrid &grid, double heightPx,
                                        const std::optional<LatencyAxis> &before = {});

/// A piece of the edge of an area of cells, in columns from the left and rows from the top.
struct HeatEdge {
    std::uint32_t column = 0;
    std::uint32_t row = 0;
    std::uint32_t length = 1;
    bool isVertical = false;
    friend bool operator==(const HeatEdge &, const HeatEdge &) = default;
};

/// One point of a percentile line: a stretch of columns joined until they hold enough spans to speak of that share.
struct HeatLinePoint {
    std::uint32_t beginColumn = 0;
    std::uint32_t endColumn = 0;
    double log10Ns = 0;
};
inline constexpr std::array kHeatPercentiles{0.5, 0.95, 0.99};

struct HeatLegendMark {
    double share = 0; ///< Of the palette's length.
    std::string label;
};

/// Rows of the palette of a difference: fewer, more, and what is not certain, each from faint to strong.
struct DifferencePalette {
    static constexpr int kLess = 1;
    static constexpr int kMore = 101;
    static constexpr int kGrey = 201;
    static constexpr int kSteps = 100;
    static constexpr int kGreySteps = 55;
};

/// What is drawn.
struct HeatPicture {
    std::uint32_t columns = 0;
    std::uint32_t rows = 0;
    TimeRange range;
    std::vector<std::uint8_t> cells;  ///< Rows of the palette, slowest row first; 0: nothing there.
    std::vector<double> edgesLog10Ns; ///< rows + 1 edges from the slowest down.
    std::vector<HeatEdge> outlines;   ///< Around cells of which many failed.
    std::array<std::vector<HeatLinePoint>, kHeatPercentiles.size()> percentiles;
    std::vector<HeatLegendMark> legend;
    std::uint32_t mostCount = 0;
    bool isDifference = false;
};

/// At least this part of a cell must have failed for it to be outlined, and more than one unless there is only one.
inline constexpr double kOutlinedFailures = 0.1;

/// `failed`: of the same shape, or null.
[[nodiscard]] HeatPicture layOutHeat(const metric::LatencyGrid &grid, const metric::LatencyGrid *failed,
                                     HeatScale scale);
/// `before`: of the same shape; its spans are shown grey where nothing is certain.
[[nodiscard]] HeatPicture layOutDifference(const metric::LatencyGrid &grid, const metric::LatencyGrid &before,
                                           const metric::LatencyGridDifference &difference);

/// Cells [beginColumn, endColumn) x [beginRow, endRow) of a grid; rows as the grid counts them, fastest first.
struct HeatCells {
    std::uint32_t beginColumn = 0;
    std::uint32_t endColumn = 0;
    std::uint32_t beginRow = 0;
    std::uint32_t endRow = 0;

    [[nodiscard]] bool isEmpty() const { return beginColumn >= endColumn || beginRow >= endRow; }
    friend bool operator==(const HeatCells &, const HeatCells &) = default;
};

/// A brushed part of a map: what ended in `time` and took a latency of `band`.
struct HeatBox {
    TimeRange time;
    LatencyBand band;
    friend bool operator==(const HeatBox &, const HeatBox &) = default;
};

/// What is at a point: pixels from the upper left corner of the map.
[[nodiscard]] std::optional<HeatCells> cellAt(const metric::LatencyGrid &grid, const TimeScale &time,
                                              const LatencyAxis &axis, double xPx, double yPx);
/// The whole cells that a rectangle of pixels touches, cut at the grid's ends. Empty when it lies beside it.
[[nodiscard]] HeatCells cellsTouched(const metric::LatencyGrid &grid, const TimeScale &time, const LatencyAxis &axis,
                                     double leftPx, double topPx, double rightPx, double bottomPx);
/// The cells whose middle lies in the box: those it was made of while the grid is the same.
[[nodiscard]] HeatCells cellsOf(const metric::LatencyGrid &grid, const HeatBox &box);
/// Precondition: cells of the grid, not empty.
[[nodiscard]] HeatBox boxOf(const metric::LatencyGrid &grid, const HeatCells &cells);
[[nodiscard]] std::uint64_t countIn(const metric::LatencyGrid &grid, const HeatCells &cells);

/// Pixels from the upper left corner of the map; may reach beyond it.
struct HeatRect {
    double leftPx = 0;
    double topPx = 0;
    double rightPx = 0;
    double bottomPx = 0;
};
[[nodiscard]] HeatRect rectOf(const HeatBox &box, const TimeScale &time, const LatencyAxis &axis);

/// "14:10:58 – 14:14:06", with milliseconds where seconds say nothing, with the day where it is not one.
[[nodiscard]] std::string timeRangeText(TimeRange range);
/// "566 ms – 4 s", "up to 1 ms", "above 65.5 s".
[[nodiscard]] std::string bandText(const LatencyBand &band);

} // namespace tailspan::layout
