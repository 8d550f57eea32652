// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/replay_stages.h"

#include "models/layout/replay_position.h"

#include <algorithm>

namespace tailspan::layout {

std::vector<StageBand> stageBandsOf(const loadtest::LoadTestReport &report, const TimeScale &scale)
{
    std::vector<StageBand> bands;
    const TimePoint start = startOf(report);
    for (const loadtest::Stage &stage : report.stages) {
        const TimeRange range{start + stage.begin, start + stage.begin + stage.length};
        const double left = std::clamp(scale.xOf(range.begin), 0.0, scale.widthPx());
        const double right = std::clamp(scale.xOf(range.end), 0.0, scale.widthPx());
        if (right - left >= 1)
            bands.push_back({left, right - left, range, stage.name, stage.load, stage.isNominal});
    }
    return bands;
}

} // namespace tailspan::layout
