// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/shift_picture.h"
#include "models/loadtest/change_points.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tailspan::layout {

// The figures of many runs as plots below each other. Pure functions, any thread.

/// Where a run stands: each as far from the next, or by its date.
enum class TrendSpacing : std::uint8_t { Even, ByDate };

/// One figure over the runs.
struct TrendCurve {
    std::size_t line = 0; ///< Of Trend::lines.
    struct Point {
        std::size_t run = 0;
        PlotPoint at;
    };
    std::vector<Point> points; ///< Only runs that have the figure.
    struct Level {
        PlotPoint from;
        double toPx = 0;
    };
    std::vector<Level> levels; ///< The median of each stretch between change points; none without any.
};

/// Where figures of a plot changed.
struct TrendMark {
    std::size_t run = 0; ///< The first one after the change.
    double xPx = 0;      ///< Between the run and the one before it.
    std::string text;    ///< "p95 +41 %, p99 +38 %"
    bool isWorse = false;
};

struct TrendPlot {
    std::vector<PlotTick> valueTicks;
    std::vector<TrendCurve> curves;
    std::vector<TrendMark> marks; ///< From left to right.
};

enum class TrendPart : std::uint8_t { Latency, Throughput, Errors };
inline constexpr std::array kTrendParts{TrendPart::Latency, TrendPart::Throughput, TrendPart::Errors};

struct TrendPicture {
    std::array<TrendPlot, kTrendParts.size()> plots; ///< In the order of kTrendParts.
    std::vector<double> runPx;                       ///< By run.
    std::vector<PlotTick> runTicks;                  ///< Dates, or numbers of runs without one.
};

/// `heightsPx` by part. Any trend, also an empty one.
[[nodiscard]] TrendPicture layTrend(const loadtest::Trend &trend, TrendSpacing spacing, double widthPx,
                                    const std::array<double, kTrendParts.size()> &heightsPx);
/// The run nearest to a place; nullopt without any.
[[nodiscard]] std::optional<std::size_t> trendRunAt(const TrendPicture &picture, double xPx);

} // namespace tailspan::layout
