// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <stop_token>
#include <vector>

namespace tailspan::layout {

/// One piece of a lane of the minimap. Whole pixels; the pieces of a lane never share a pixel.
struct MinimapMark {
    std::uint16_t lane = 0;
    std::int32_t xPx = 0;
    std::int32_t widthPx = 0;
    std::uint32_t service = 0; ///< Of the longest span here.
    bool isError = false;      ///< Some span that starts or ends here failed.
};

/// A whole trace in a strip of widthPx x laneCount. Rows are spread over the lanes in tree order, so a trace with
/// more spans than lanes keeps its shape.
struct MinimapLayout {
    std::uint64_t generation = 0;
    TraceRow trace;
    std::int32_t widthPx = 0;
    std::uint16_t laneCount = 0; ///< Lanes used: at most the lanes asked for.
    std::vector<MinimapMark> marks;
};

/// Thread: any; made for a worker. Cost: a few passes over the spans of the trace, whatever their lengths, and
/// one step a pixel and lane. Polls the token every 4096 spans; stopped, it returns what it has.
[[nodiscard]] MinimapLayout layOutMinimap(const trace::TraceSnapshot &snapshot, TraceRow trace, std::int32_t widthPx,
                                          std::uint16_t lanes, std::stop_token stop = {});

} // namespace tailspan::layout
