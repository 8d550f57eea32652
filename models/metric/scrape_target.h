// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/metric/metric_series.h"

#include <cstdint>
#include <optional>
#include <string>

namespace tailspan::metric {

/// Something that a Prometheus scrapes.
struct ScrapeTarget {
    enum class Health : std::uint8_t { Unknown, Up, Down };
    Labels labels; ///< With job and instance.
    std::string pool;
    Health health = Health::Unknown;
    std::string lastError; ///< In the server's words; "" when there is none.
    std::optional<std::int64_t> lastScrapeNs;
    double lastScrapeSeconds = 0;
    std::int64_t intervalNs = 0;          ///< 0 where the server does not say.
    std::optional<std::int64_t> lastUpNs; ///< Of one that is down: when it was last up, as far back as was asked.
};

} // namespace tailspan::metric
