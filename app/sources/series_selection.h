// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/metric/metric_series.h"

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

namespace tailspan::sources {

/// Keeps the largest of many series, by the sum of their values' sizes, and adds up all others, so that a million of
/// them cost the memory of a few. Thread: one.
class SeriesSelection {
public:
    explicit SeriesSelection(std::size_t limit) : m_limit(limit) {}

    /// `labels` is asked only when the series is kept for now.
    void add(metric::MetricSeries series, const std::function<metric::Labels()> &labels);
    /// Moves what was kept, its sum and counts into the answer, the largest first.
    void finish(metric::MetricAnswer &answer);

private:
    struct Kept {
        double size = 0;
        std::uint64_t order = 0; ///< Of equal ones the first stays.
        metric::MetricSeries series;
    };
    [[nodiscard]] static bool isLarger(const Kept &a, const Kept &b);
    void addToRest(const metric::MetricSeries &series);

    std::size_t m_limit;
    std::uint64_t m_total = 0;
    std::uint64_t m_inRest = 0;
    std::vector<Kept> m_kept; // a heap: the smallest in front
    std::map<std::int64_t, double> m_rest;
};

} // namespace tailspan::sources
