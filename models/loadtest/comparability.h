// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <span>
#include <string>
#include <vector>

namespace tailspan::loadtest {

/// Whether runs may be compared at all, and which part of each.
struct Comparability {
    std::vector<std::string> obstacles; ///< Sentences; empty: comparable.
    std::vector<std::string> notes;
    bool hasIntervals = false;              ///< All files hold latencies over time.
    bool byEndpoint = false;                ///< All files hold endpoints over time.
    std::vector<TimeRange> baselineWindows; ///< As many as runs, where hasIntervals and no obstacle.
    std::vector<TimeRange> currentWindows;
    std::vector<std::string> endpoints; ///< That both sides have, most requests of the baseline first; at most 32.
};

/// Same tool, same endpoints in about the same mix, steady windows under loads within 5 % of each other.
[[nodiscard]] Comparability comparabilityOf(std::span<const LoadTestReportPtr> baseline,
                                            std::span<const LoadTestReportPtr> current);

/// How runs that can be compared will be, and what that covers: "One run each: ..."; by numbers of runs.
[[nodiscard]] std::string methodText(const Comparability &gate, std::size_t baseline, std::size_t current);

} // namespace tailspan::loadtest
