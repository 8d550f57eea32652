// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/mark_bands.h"

#include <algorithm>

namespace tailspan::layout {

std::vector<MarkBand> markBandsOf(std::vector<MarkedWindow> windows, const TimeScale &scale, double leastPx)
{
    std::ranges::stable_sort(windows, {}, [](const MarkedWindow &window) { return window.range.begin; });
    std::vector<MarkBand> bands;
    for (const MarkedWindow &window : windows) {
        const double begin = scale.xOf(window.range.begin);
        const double end = scale.xOf(window.range.end);
        if (end < 0 || begin > scale.widthPx())
            continue;
        double left = std::max(begin, 0.0);
        const double width = std::max(std::min(end, scale.widthPx()) - left, leastPx);
        left = std::clamp(left, 0.0, std::max(0.0, scale.widthPx() - width));
        if (bands.empty() || left >= bands.back().xPx + bands.back().widthPx) {
            bands.push_back({left, width, {window.mark}});
            continue;
        }
        MarkBand &last = bands.back();
        const double right = std::max(last.xPx + last.widthPx, left + width);
        last.xPx = std::min(last.xPx, left);
        last.widthPx = right - last.xPx;
        last.marks.push_back(window.mark);
    }
    for (MarkBand &band : bands) {
        std::ranges::sort(band.marks);
        band.marks.erase(std::unique(band.marks.begin(), band.marks.end()), band.marks.end());
    }
    return bands;
}

} // namespace tailspan::layout
