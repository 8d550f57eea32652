// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/time.h"

#include <chrono>

namespace tailspan {

/// What this machine's clock says, UTC. Clocks of stores may say something else. Thread: any.
[[nodiscard]] inline TimePoint currentTime()
{
    const auto sinceEpoch = std::chrono::system_clock::now().time_since_epoch();
    return TimePoint(std::chrono::duration_cast<std::chrono::nanoseconds>(sinceEpoch).count());
}

} // namespace tailspan
