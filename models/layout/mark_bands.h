// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/time_scale.h"

#include <cstddef>
#include <vector>

namespace tailspan::layout {

/// A stretch of time that is marked, and by whom.
struct MarkedWindow {
    std::size_t mark = 0; ///< The caller's number of it.
    TimeRange range;
};

/// What is drawn for one or several of them.
struct MarkBand {
    double xPx = 0;
    double widthPx = 0;             ///< At least leastPx.
    std::vector<std::size_t> marks; ///< Ascending, each once.
};

/// The windows that `scale` shows, as bands from left to right. Those whose bands would cover each other are one, so that
/// each can be clicked. `leastPx`: no band is narrower, and none leaves the width while it has room.
[[nodiscard]] std::vector<MarkBand> markBandsOf(std::vector<MarkedWindow> windows, const TimeScale &scale,
                                                double leastPx);

} // namespace tailspan::layout
