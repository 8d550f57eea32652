// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/time_scale.h"
#include "models/loadtest/load_test_report.h"

#include <string>
#include <vector>

namespace tailspan::layout {

/// The part of a load stage that is on screen.
struct StageBand {
    double xPx = 0;
    double widthPx = 0;
    TimeRange range;
    std::string name;
    std::string load;
    bool isPlanned = false; ///< The file tells when it was planned, not when it was.
};

/// The stages that `scale` shows, in file order, cut at the edges. Those narrower than a pixel are left out.
[[nodiscard]] std::vector<StageBand> stageBandsOf(const loadtest::LoadTestReport &report, const TimeScale &scale);

} // namespace tailspan::layout
