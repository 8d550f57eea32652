// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/replay/lane.h"

#include <memory>
#include <vector>

namespace tailspan::replay {

/// Every lane from top to bottom. To add one: one line in lane_list.cpp.
[[nodiscard]] std::vector<std::unique_ptr<Lane>> makeLanes();

} // namespace tailspan::replay
