// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace tailspan::replay::lanes {

// The columns and rows of the lanes view, in device-independent pixels. The scrubber below uses the same columns, so
// that its head stands under the crosshair when the whole run is in view.

inline constexpr int kLeftPx = 112; ///< Lane names and axis labels.
inline constexpr int kNameWidthPx = 76;
inline constexpr int kRightPx = 132; ///< What lines and colours stand for.
inline constexpr int kStagePx = 22;
inline constexpr int kStageGapPx = 6;
inline constexpr int kNoStagePx = 12; ///< Without stages: room for the handle of the crosshair.
inline constexpr int kLaneGapPx = 8;
inline constexpr int kAxisPx = 22;      ///< Time labels under the lanes.
inline constexpr int kLeastLanePx = 34; ///< For a lane of stretch 1.
inline constexpr double kTimeTickPx = 88;

} // namespace tailspan::replay::lanes
