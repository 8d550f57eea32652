// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/metric/dashboard.h"

#include <string_view>

namespace tailspan::sources {

/// Whether the first bytes of a file look like a dashboard.
[[nodiscard]] bool mayBeDashboard(std::string_view head);
/// Reads a dashboard as Grafana exports it, or as its API gives it ({"dashboard": {...}}). Panels in rows, of old
/// dashboards too. What does not ask a Prometheus is named in `leftOut`. Errors: Malformed, Unsupported (no dashboard).
[[nodiscard]] Result<metric::Dashboard> readDashboard(std::string_view json);

} // namespace tailspan::sources
