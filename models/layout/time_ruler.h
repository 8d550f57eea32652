// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/time_scale.h"

#include <string>
#include <vector>

namespace tailspan::layout {

/// One grid line of the ruler.
struct RulerTick {
    std::int64_t offsetNs = 0; ///< Since the ruler's origin.
    double xPx = 0;
    std::string label;
};

/// Grid lines at round offsets since an origin (the start of the trace), from 1 ns to years.
///
/// Deep in a long trace the full offset has too many digits to read. Then `baseLabel` says the common part once,
/// and every tick is written as what comes on top of it ("+120 ns").
struct TimeRuler {
    std::int64_t stepNs = 1;
    std::int64_t baseNs = 0;
    std::string baseLabel; ///< Empty when the ticks carry the whole offset.
    std::vector<RulerTick> ticks;
};

/// Ticks for what `scale` shows, at least `minSpacingPx` apart.
[[nodiscard]] TimeRuler makeTimeRuler(const TimeScale &scale, TimePoint origin, double minSpacingPx);

/// The smallest round step (1, 2, 5 of a decimal unit; 15 and 30 of seconds and minutes; 3, 6, 12 hours) that is
/// not below `minimumNs`.
[[nodiscard]] std::int64_t roundTimeStep(double minimumNs);

/// An offset since the start, exact to `precisionNs`: "0 ms", "12.5 ms", "2 m 05 s", "1 h 02 m 03.25 s".
/// `largestNs` is the largest offset it stands beside, so that neighbours share the unit.
[[nodiscard]] std::string offsetText(std::int64_t offsetNs, std::int64_t precisionNs, std::int64_t largestNs);

} // namespace tailspan::layout
