// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/lane_list.h"

#include "ui/replay/area_lane.h"
#include "ui/replay/errors_lane.h"
#include "ui/replay/latency_lane.h"

namespace tailspan::replay {

std::vector<std::unique_ptr<Lane>> makeLanes()
{
    std::vector<std::unique_ptr<Lane>> lanes;
    lanes.push_back(std::make_unique<UsersLane>());
    lanes.push_back(std::make_unique<RequestsLane>());
    lanes.push_back(std::make_unique<LatencyLane>());
    lanes.push_back(std::make_unique<ErrorsLane>());
    return lanes;
}

} // namespace tailspan::replay
