// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/style/theme.h"

#include <QRect>

#include <algorithm>

namespace tailspan::waterfall {

/// Where the columns of the waterfall stand, in device-independent pixels from the left edge: name, duration,
/// timeline. Header, rows and crosshair all ask here.
struct WaterfallColumns {
    static constexpr int kMinNamePx = 120;
    static constexpr int kMinTimelinePx = 160;
    static constexpr int kLeftPadPx = 12;
    static constexpr int kRightPadPx = 24; ///< Room for the error icon of a bar that ends with the trace.

    int namePx = style::metric::kNameColumnWidth;
    int durationPx = 80;

    [[nodiscard]] int timelineLeft() const { return namePx + durationPx + kLeftPadPx; }
    [[nodiscard]] int timelineWidth(int totalPx) const { return std::max(totalPx - timelineLeft() - kRightPadPx, 1); }
    [[nodiscard]] bool isOverTimeline(int x) const { return x >= namePx + durationPx; }
    /// The name column's width as the user drags its edge there.
    [[nodiscard]] int clampedName(int wantedPx, int totalPx) const
    {
        const int most = std::max(kMinNamePx, totalPx - durationPx - kMinTimelinePx);
        return std::clamp(wantedPx, kMinNamePx, most);
    }
};

} // namespace tailspan::waterfall
