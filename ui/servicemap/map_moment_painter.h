// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/map_layout.h"

class QPainter;

namespace tailspan::servicemap {

struct DrawnMap;
struct MomentScene;

/// What of a painted map happened at the crosshair, over it: the calls of that step at their nodes, with the failed ones
/// in words, and a line along the call paths. Thread: GUI.
void paintMapMoment(QPainter &painter, const DrawnMap &map, const layout::MapPicture &picture,
                    const MomentScene &moment);

} // namespace tailspan::servicemap
