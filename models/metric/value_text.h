// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/metric/metric_series.h"

#include <string>

namespace tailspan::metric {

/// A value as people read it: "1.92 s", "340/s", "3.4 MiB", "8.5 %", "1,140"; "no data" for NaN.
[[nodiscard]] std::string valueText(double value, MetricUnit unit);

/// An axis of values from `low` to `high`: round ends, 0 among them where that costs little.
struct ValueScale {
    double low = 0;
    double high = 1;
};
/// Round in the unit: bytes in powers of two, times in seconds, minutes, hours.
[[nodiscard]] ValueScale valueScale(double low, double high, MetricUnit unit);

} // namespace tailspan::metric
