// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tailspan::reports {

/// One row of Taurus' final statistics: a label, or all of them where the label is empty.
struct TaurusGroup {
    std::string label;
    std::optional<std::uint64_t> samples; ///< What Taurus calls throughput: a count, no rate.
    std::optional<std::uint64_t> failures;
    std::optional<std::uint64_t> bytes;
    std::optional<double> concurrency;
    loadtest::LatencyStats latency;
    std::vector<std::pair<std::string, std::uint64_t>> codes;

    /// Takes a figure by Taurus' name; `parameter`: the code of an rc, the percentage of a perc. False where the value
    /// is none that can be used.
    bool set(std::string_view name, std::string_view parameter, std::string_view value);
};

/// Everything but format and quality. `duration`: where the file holds one.
void fillFromTaurus(const std::vector<TaurusGroup> &groups, std::optional<Duration> duration,
                    loadtest::LoadTestReport &report);

} // namespace tailspan::reports
