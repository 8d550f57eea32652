// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/time_scale.h"

#include <string>
#include <vector>

namespace tailspan::layout {

// Ranges and tick labels of the replay lanes. Pure functions.

struct AxisTick {
    double value = 0;
    std::string label;
};

/// An axis from `low` to `high` with labelled lines.
struct ValueAxis {
    double low = 0;
    double high = 1;
    std::vector<AxisTick> ticks;
};

enum class AxisUnit : std::uint8_t {
    Count,     ///< "1,000"
    PerSecond, ///< "1.4k": the lane's name says "/s".
    Ratio,     ///< values 0..1, labels in percent
};

/// From 0 to a round number a little above `top`, in `parts` equal parts.
[[nodiscard]] ValueAxis linearAxis(double top, AxisUnit unit, int parts);
/// A logarithmic axis: values are log10 of nanoseconds. Lines at 1, or 1-2-5 where the range is short; at most about
/// `mostTicks`.
[[nodiscard]] ValueAxis latencyAxis(double lowLog10Ns, double highLog10Ns, int mostTicks);

/// A mark on the time axis.
struct TimeTick {
    TimePoint time;
    double xPx = 0;
    std::string label;
};
/// Marks at round clock times (UTC), at least `minSpacingPx` apart. At midnight the mark carries the date.
[[nodiscard]] std::vector<TimeTick> clockTicks(const TimeScale &scale, double minSpacingPx);
/// Marks at round distances from the start of the run, for a report that does not know when it was.
[[nodiscard]] std::vector<TimeTick> elapsedTicks(const TimeScale &scale, double minSpacingPx);

} // namespace tailspan::layout
