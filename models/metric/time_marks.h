// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/time.h"
#include "models/metric/metric_series.h"

#include <string>
#include <vector>

namespace tailspan::metric {

/// A moment worth knowing: a deployment, a switched flag, a note.
struct TimeMark {
    TimePoint time;
    std::string text;
    friend bool operator==(const TimeMark &, const TimeMark &) = default;
};

/// Where a value changes from one point to the next, and where a series appears after the first point of the answer,
/// as a version in the labels of "build_info" does. Named by the labels that tell the series apart. By time, at most
/// `limit`; the text of a mark joins what happens at the same moment.
[[nodiscard]] std::vector<TimeMark> marksOf(const std::vector<MetricSeries> &series, std::size_t limit = 1'000);

} // namespace tailspan::metric
