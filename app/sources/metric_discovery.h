// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/metric_source.h"

#include <vector>

namespace tailspan::sources {

/// Asks a server what it measures, as far as signals can be found in it: the names and types of all metrics, and of
/// those that may be signals the labels that name services, grouped by the server, so that a million series are a few
/// rows. `at`: the moment that is looked at. Where nothing was measured then, the time before is looked through.
/// Blocks. Errors: those of the source; metadata alone may be missing, other stores than Prometheus do not keep it.
[[nodiscard]] Result<std::vector<metric::MetricFacts>> discoverMetrics(MetricSource &source, TimePoint at, Ask ask);

} // namespace tailspan::sources
