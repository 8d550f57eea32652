// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/axis_choice.h"
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
    bool isLogarithmic = false; ///< low, high and the ticks are log10 of values.

    /// Where a value lies between low and high; NaN stays NaN. On a logarithmic axis what is not above 0 lies at low.
    [[nodiscard]] double placeOf(double value) const;
};

enum class AxisUnit : std::uint8_t {
    Count,     ///< "1,000"
    PerSecond, ///< "1.4k": the lane's name says "/s".
    Ratio,     ///< values 0..1, labels in percent
};

/// From 0 to a round number a little above `top`, in `parts` equal parts.
[[nodiscard]] ValueAxis linearAxis(double top, AxisUnit unit, int parts);
/// The values that a lane shows over the whole run.
struct ValueExtent {
    double least = 0;
    double leastPositive = 0; ///< 0 where there is none.
    double most = 0;
    bool isEmpty = true;

    void take(double value);
};
/// The axis that the user chose: linear from 0 as linearAxis(), from a round number below the least value, or
/// logarithmic with marks at powers of ten, at most about `mostTicks` of them.
[[nodiscard]] ValueAxis valueAxis(const ValueExtent &extent, AxisUnit unit, AxisChoice choice, int mostTicks);
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
