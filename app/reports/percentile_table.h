// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace tailspan::reports {

/// A percentile table as HdrHistogram prints it: value, percentile (0..1), how many values are at most that,
/// 1/(1-percentile). wrk2, vegeta (hdrplot) and HdrHistogram's own tools write it.
struct PercentileTable {
    LogHistogram values;            ///< Each range's count at its upper end, in nanoseconds.
    loadtest::LatencyStats printed; ///< The percentiles that are rows of the table.
    std::optional<double> mean;     ///< In the table's unit, from "#[Mean = ...".
    std::optional<double> max;      ///< From "#[Max = ...".
    std::uint64_t rows = 0;
    std::optional<double> lastPercentile; ///< 1 at the end of a whole table.

    /// Takes a line of the table or one of its footers; false for any other line. `unitNs`: one unit of a value.
    bool take(std::string_view line, double unitNs);
    [[nodiscard]] bool isWhole() const { return lastPercentile && *lastPercentile > 0.9999; }

private:
    std::uint64_t m_counted = 0;
};

} // namespace tailspan::reports
