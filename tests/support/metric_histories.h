// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/metric_history.h"

#include <functional>
#include <string>
#include <vector>

namespace tailspan::test {

/// A history drawn from functions of the step. NaN is a gap.
class HistoryMaker {
public:
    using ValueAt = std::function<double(std::size_t step)>;

    explicit HistoryMaker(std::size_t steps, std::int64_t stepSeconds = 60);

    HistoryMaker &add(advisor::Role role, const std::string &service, const ValueAt &valueAt,
                      const std::string &pod = {});
    HistoryMaker &add(advisor::Role role, const std::string &service, double value, const std::string &pod = {});
    [[nodiscard]] const advisor::MetricHistory &history() const { return m_history; }

private:
    std::vector<std::int64_t> m_timesNs;
    advisor::MetricHistory m_history;
};

/// Values between -1 and 1 that look random and are always the same.
[[nodiscard]] double noiseAt(std::size_t step, unsigned seed = 1);

} // namespace tailspan::test
